/** How a node joins a cluster, and how one is formed. */
@NullMarked
package io.dotkv.cluster.bootstrap;

import org.jspecify.annotations.NullMarked;
