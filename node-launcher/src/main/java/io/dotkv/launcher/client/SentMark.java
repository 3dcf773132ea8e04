package io.dotkv.launcher.client;

import io.grpc.Attributes;
import io.grpc.ClientStreamTracer;
import io.grpc.Metadata;

/**
 * Remembers whether a call got as far as a connection. A call that did not was surely not applied, whatever its status
 * says.
 */
final class SentMark extends ClientStreamTracer.Factory {
    private volatile boolean sent;

    /** Whether the call was handed to a connection that was ready. */
    boolean sent() {
        return sent;
    }

    @Override
    public ClientStreamTracer newClientStreamTracer(ClientStreamTracer.StreamInfo info, Metadata headers) {
        return new ClientStreamTracer() {
            @Override
            public void streamCreated(Attributes transport, Metadata sentHeaders) {
                sent = true;
            }
        };
    }
}
