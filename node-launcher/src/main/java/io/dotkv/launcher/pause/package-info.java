/**
 * What a node does after it did not run for a while: calls that may have lain in its sockets begin only when their
 * connection has shown that nothing older is to come. Begin with {@link io.dotkv.launcher.pause.HeldCalls}.
 */
@NullMarked
package io.dotkv.launcher.pause;

import org.jspecify.annotations.NullMarked;
