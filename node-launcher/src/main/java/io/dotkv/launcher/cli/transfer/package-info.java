/** {@code dotkv dump} and {@code dotkv load}. */
@NullMarked
package io.dotkv.launcher.cli.transfer;

import org.jspecify.annotations.NullMarked;
