package io.dotkv.launcher.client;

import io.dotkv.proto.replication.v1.PipelineRequest;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A route that keeps one pipeline open and opens another when that one breaks. */
final class PipelineRoute implements Route {
    private final Endpoint endpoint;
    private final Channels channels;
    private @Nullable Pipeline pipeline;

    PipelineRoute(Endpoint endpoint, Channels channels) {
        this.endpoint = endpoint;
        this.channels = channels;
    }

    @Override
    public void send(PipelineRequest.Builder operation, Duration timeout, Ended ended) {
        current().send(operation, timeout, ended);
    }

    private synchronized Pipeline current() {
        Pipeline now = pipeline;
        if (now == null || now.broken()) {
            now = Pipeline.open(endpoint, channels);
            pipeline = now;
        }
        return now;
    }

    @Override
    public synchronized void close() {
        if (pipeline != null) {
            pipeline.close();
        }
    }
}
