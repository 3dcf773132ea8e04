/** What happened in a run, as clients and observers saw it. */
@NullMarked
package io.dotkv.simulation.history;

import org.jspecify.annotations.NullMarked;
