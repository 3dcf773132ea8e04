/** The simulated machines: nodes, disks, clocks and the network between them. */
@NullMarked
package io.dotkv.simulation.machine;

import org.jspecify.annotations.NullMarked;
