@NullMarked
package io.dotkv.kernel.simulated;

import org.jspecify.annotations.NullMarked;
