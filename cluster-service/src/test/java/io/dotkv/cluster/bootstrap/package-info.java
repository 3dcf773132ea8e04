@NullMarked
package io.dotkv.cluster.bootstrap;

import org.jspecify.annotations.NullMarked;
