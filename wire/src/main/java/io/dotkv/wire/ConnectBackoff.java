package io.dotkv.wire;

import io.grpc.Channel;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;

/** The pause that a channel makes after a failed connection attempt. */
public final class ConnectBackoff {
    private ConnectBackoff() {}

    /**
     * Makes a channel that pauses after a failure connect at once: a call must find out whether the other process is up
     * now, not whether it was up a minute ago. Channels that are no {@link ManagedChannel} keep their pause.
     */
    public static void reset(Channel channel) {
        if (channel instanceof ManagedChannel managed
                && managed.getState(false) == ConnectivityState.TRANSIENT_FAILURE) {
            managed.resetConnectBackoff();
        }
    }
}
