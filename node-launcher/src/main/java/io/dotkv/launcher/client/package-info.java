/**
 * How a program outside the cluster speaks to it: endpoints with fail-over, deadlines, and failures that say what is
 * known.
 *
 * <p>{@link io.dotkv.launcher.client.Endpoint} names a node, {@link io.dotkv.launcher.client.Channels} holds the
 * connections, {@link io.dotkv.launcher.client.Client} makes single calls, {@link io.dotkv.launcher.client.Route}
 * carries many operations at once, {@link io.dotkv.launcher.client.CallFailed} is how either fails.
 */
@NullMarked
package io.dotkv.launcher.client;

import org.jspecify.annotations.NullMarked;
