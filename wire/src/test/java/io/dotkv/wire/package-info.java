@NullMarked
package io.dotkv.wire;

import org.jspecify.annotations.NullMarked;
