@NullMarked
package io.dotkv.simulation;

import org.jspecify.annotations.NullMarked;
