/**
 * What the gRPC adapters of all layers have in common. Client side: {@link io.dotkv.wire.UnaryReply} for one call,
 * {@link io.dotkv.wire.ReconnectingStream} for a subscription, {@link io.dotkv.wire.ConnectBackoff}. Server side:
 * {@link io.dotkv.wire.BoundedCalls} for unary rpcs and streams with limits, {@link io.dotkv.wire.LatestValueStream}.
 * Both: {@link io.dotkv.wire.SerialTask}.
 */
@NullMarked
package io.dotkv.wire;

import org.jspecify.annotations.NullMarked;
