/**
 * Other processes of this program, started as children: {@link io.dotkv.launcher.child.Program} knows how it is
 * started, {@link io.dotkv.launcher.child.Child} is one of them, {@link io.dotkv.launcher.child.Readiness} waits until
 * it serves, and {@link io.dotkv.launcher.child.ParentWatch} is how a child notices that its parent has gone.
 */
@NullMarked
package io.dotkv.launcher.child;

import org.jspecify.annotations.NullMarked;
