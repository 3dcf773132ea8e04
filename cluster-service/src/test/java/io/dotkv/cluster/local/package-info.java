@NullMarked
package io.dotkv.cluster.local;

import org.jspecify.annotations.NullMarked;
