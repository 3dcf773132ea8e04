/** The port of the cluster layer that needs a disk. */
@NullMarked
package io.dotkv.cluster.system;

import org.jspecify.annotations.NullMarked;
