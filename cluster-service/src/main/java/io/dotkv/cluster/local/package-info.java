/** The cluster layer of this process: {@link io.dotkv.cluster.local.LocalCluster} takes events to the machines of membership,
 * bootstrap and register, and carries their effects out. */
@NullMarked
package io.dotkv.cluster.local;

import org.jspecify.annotations.NullMarked;
