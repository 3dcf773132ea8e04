package io.dotkv.launcher.client;

import io.dotkv.launcher.client.CallFailed.Kind;
import io.grpc.CallOptions;
import io.grpc.Context;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * One stream from one endpoint, whose first message must come in time; later ones come whenever they do. One thread.
 */
final class Following<Q, R> {
    private final Channels channels;
    private final Endpoint endpoint;
    private final MethodDescriptor<Q, R> method;
    private final Duration timeout;
    private boolean answered;

    Following(Channels channels, Endpoint endpoint, MethodDescriptor<Q, R> method, Duration timeout) {
        this.channels = channels;
        this.endpoint = endpoint;
        this.method = method;
        this.timeout = timeout;
    }

    /** Whether a message has come. */
    boolean hasAnswered() {
        return answered;
    }

    /** Hands each message to the listener until it wants no more. */
    void run(Q request, Predicate<R> wantsMore) throws CallFailed {
        SentMark mark = new SentMark();
        Context.CancellableContext context = Context.ROOT.withCancellation();
        ScheduledFuture<?> patience =
                channels.loop().schedule(() -> context.cancel(null), timeout.toNanos(), TimeUnit.NANOSECONDS);
        Context outer = context.attach();
        try {
            CallOptions options = CallOptions.DEFAULT.withStreamTracerFactory(mark);
            Iterator<R> messages =
                    ClientCalls.blockingServerStreamingCall(channels.to(endpoint), method, options, request);
            while (messages.hasNext()) {
                R message = messages.next();
                answered = true;
                patience.cancel(false);
                if (!wantsMore.test(message)) {
                    return;
                }
            }
            throw CallFailed.ofSilence(endpoint, Kind.READ, mark.sent());
        } catch (StatusRuntimeException broken) {
            throw CallFailed.ofCall(endpoint, Kind.READ, mark.sent(), broken);
        } finally {
            context.detach(outer);
            context.cancel(null);
        }
    }
}
