/** The port of the gossip layer that needs a disk. */
@NullMarked
package io.dotkv.gossip.system;

import org.jspecify.annotations.NullMarked;
