@NullMarked
package io.dotkv.cluster.register;

import org.jspecify.annotations.NullMarked;
