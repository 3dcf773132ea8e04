package io.dotkv.wire;

import io.dotkv.kernel.ports.Subscription;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the rpcs of one layer with limits. At most {@value #MAX_WAITING} unary calls wait for the layer and at most
 * {@value #MAX_STREAMS} streams are open; more are refused with {@code RESOURCE_EXHAUSTED}. Any thread; never blocks.
 */
public final class BoundedCalls {
    private static final Logger LOG = LoggerFactory.getLogger(BoundedCalls.class);
    private static final int MAX_WAITING = 256;
    private static final int MAX_STREAMS = 1_024;

    private final String layer;
    private final Function<Throwable, StatusException> status;
    private final Semaphore waiting = new Semaphore(MAX_WAITING);
    private final Semaphore streams = new Semaphore(MAX_STREAMS);

    /**
     * @param layer names the layer in messages
     * @param status the status of each failure of the layer
     */
    public BoundedCalls(String layer, Function<Throwable, StatusException> status) {
        this.layer = layer;
        this.status = status;
    }

    /**
     * Serves a unary call.
     *
     * @param call decodes the request and calls the layer
     * @param encode makes the response
     */
    public <R, M> void unary(StreamObserver<M> out, Supplier<CompletionStage<R>> call, Function<R, M> encode) {
        if (!waiting.tryAcquire()) {
            refuse(out, MAX_WAITING + " calls already wait for the " + layer + " layer of this node");
            return;
        }
        begin(call).thenApply(encode).whenComplete((response, failure) -> {
            waiting.release();
            if (failure != null) {
                fail(out, failure);
                return;
            }
            out.onNext(response);
            out.onCompleted();
        });
    }

    private static <R> CompletionStage<R> begin(Supplier<CompletionStage<R>> call) {
        try {
            return call.get();
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /**
     * Serves a stream of values, see {@link LatestValueStream}.
     *
     * @param maxKeys how many keys may wait while the client reads slowly
     * @param subscribe subscribes to the layer: gets what takes each value with its key
     */
    public <K, V, M> void stream(
            StreamObserver<M> out,
            Function<V, M> encode,
            int maxKeys,
            Function<BiConsumer<K, V>, Subscription> subscribe) {
        if (!streams.tryAcquire()) {
            refuse(out, MAX_STREAMS + " streams of the " + layer + " layer are already open on this node");
            return;
        }
        ServerCallStreamObserver<M> server = (ServerCallStreamObserver<M>) out;
        LatestValueStream<K, V, M> stream = new LatestValueStream<>(server, encode, maxKeys, streams::release);
        server.setOnReadyHandler(stream::drain);
        server.setOnCancelHandler(stream::end);
        try {
            stream.feedFrom(subscribe.apply(stream::offer));
        } catch (RuntimeException e) {
            stream.end();
            fail(out, e);
        }
    }

    private void fail(StreamObserver<?> out, Throwable failure) {
        StatusException answer = status.apply(failure);
        if (answer.getStatus().getCode() == Status.Code.INTERNAL) {
            LOG.error("The {} layer failed on a request.", layer, failure);
        }
        out.onError(answer);
    }

    private static void refuse(StreamObserver<?> out, String why) {
        out.onError(Status.RESOURCE_EXHAUSTED
                .withDescription(why + ". Nothing was done; try again later.")
                .asException());
    }
}
