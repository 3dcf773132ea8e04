/** How much memory a node may use, and what it refuses when that is used up. */
@NullMarked
package io.dotkv.launcher.node.limits;

import org.jspecify.annotations.NullMarked;
