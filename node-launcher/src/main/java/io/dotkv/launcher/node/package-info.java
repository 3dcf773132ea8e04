/**
 * One node: the layers that run in this process, wired together, behind one port.
 *
 * <p>{@link io.dotkv.launcher.node.NodeCommand} reads the options into {@link io.dotkv.launcher.node.NodeSettings};
 * {@link io.dotkv.launcher.node.Node} builds the layers from them and stops them in order.
 */
@NullMarked
package io.dotkv.launcher.node;

import org.jspecify.annotations.NullMarked;
