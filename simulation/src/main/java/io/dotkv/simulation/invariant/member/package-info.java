/** What must hold of the members of a simulated cluster. */
@NullMarked
package io.dotkv.simulation.invariant.member;

import org.jspecify.annotations.NullMarked;
