@NullMarked
package io.dotkv.cluster;

import org.jspecify.annotations.NullMarked;
