/**
 * Whole clusters in one thread on virtual time, from one seed: the real code of all layers over a network, disks and clocks
 * that fail.
 */
@NullMarked
package io.dotkv.simulation;

import org.jspecify.annotations.NullMarked;
