@NullMarked
package io.dotkv.simulation.system;

import org.jspecify.annotations.NullMarked;
