package io.dotkv.gossip.grpc;

import io.grpc.Channel;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;

/**
 * Tells a channel that waits before it connects again to try at once: a round must find out whether the other node is there
 * now, not that it was not a minute ago. Works for channels that are {@link ManagedChannel}s; others keep their own pause.
 */
final class Impatience {
    private Impatience() {}

    static void connectNow(Channel channel) {
        if (channel instanceof ManagedChannel managed
                && managed.getState(false) == ConnectivityState.TRANSIENT_FAILURE) {
            managed.resetConnectBackoff();
        }
    }
}
