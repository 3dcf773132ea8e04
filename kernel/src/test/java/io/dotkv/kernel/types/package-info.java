/** The data types against their definitions. */
@NullMarked
package io.dotkv.kernel.types;

import org.jspecify.annotations.NullMarked;
