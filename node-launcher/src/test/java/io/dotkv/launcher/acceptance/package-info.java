/** Whole clusters of real processes on this machine, used as people use them and killed as machines kill them. */
@NullMarked
package io.dotkv.launcher.acceptance;

import org.jspecify.annotations.NullMarked;
