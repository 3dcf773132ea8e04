/** {@code dotkv sim}: whole clusters in this process on virtual time, from seeds. */
@NullMarked
package io.dotkv.launcher.simulate;

import org.jspecify.annotations.NullMarked;
