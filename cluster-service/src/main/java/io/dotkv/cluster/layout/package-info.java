/**
 * Which member holds which partition, as the cluster formed: {@link io.dotkv.cluster.layout.Formation} and {@link
 * io.dotkv.cluster.layout.Layout}, with its number as {@link io.dotkv.cluster.layout.NumberedLayout}. How the next one
 * follows from it: {@link io.dotkv.cluster.layout.LayoutFunction}.
 */
@NullMarked
package io.dotkv.cluster.layout;

import org.jspecify.annotations.NullMarked;
