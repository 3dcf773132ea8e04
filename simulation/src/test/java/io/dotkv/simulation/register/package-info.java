/** The cluster register on virtual time, with faults of network, processes and disks. */
@NullMarked
package io.dotkv.simulation.register;

import org.jspecify.annotations.NullMarked;
