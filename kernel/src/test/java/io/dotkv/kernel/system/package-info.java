@NullMarked
package io.dotkv.kernel.system;

import org.jspecify.annotations.NullMarked;
