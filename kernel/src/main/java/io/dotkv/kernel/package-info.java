@NullMarked
package io.dotkv.kernel;

import org.jspecify.annotations.NullMarked;
