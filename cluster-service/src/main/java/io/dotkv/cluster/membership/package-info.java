/** Who the members are and how each is doing: SWIM with Lifeguard, the member table, and its dissemination. {@link
 * io.dotkv.cluster.membership.Membership} takes events and returns effects. */
@NullMarked
package io.dotkv.cluster.membership;

import org.jspecify.annotations.NullMarked;
