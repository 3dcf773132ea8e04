@NullMarked
package io.dotkv.launcher;

import org.jspecify.annotations.NullMarked;
