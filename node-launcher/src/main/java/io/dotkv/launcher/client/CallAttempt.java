package io.dotkv.launcher.client;

import com.google.common.util.concurrent.ListenableFuture;
import io.dotkv.launcher.client.CallFailed.Kind;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** One try of a unary call at one endpoint. */
record CallAttempt<Q, R>(Channel channel, Endpoint endpoint, Kind kind, MethodDescriptor<Q, R> method) {
    private static final Metadata.Key<String> COORDINATOR =
            Metadata.Key.of("dotkv-coordinator", Metadata.ASCII_STRING_MARSHALLER);

    /**
     * Makes the call. When the patience ends before the deadline of the options does, a read is given up, and a write
     * only if no connection has taken it yet.
     */
    R call(Q request, CallOptions options, long patienceNanos) throws CallFailed {
        SentMark mark = new SentMark();
        AtomicReference<@Nullable Metadata> headers = new AtomicReference<>();
        Channel heard = ClientInterceptors.intercept(
                channel, MetadataUtils.newCaptureMetadataInterceptor(headers, new AtomicReference<>()));
        ListenableFuture<R> answer =
                ClientCalls.futureUnaryCall(heard.newCall(method, options.withStreamTracerFactory(mark)), request);
        try {
            return answer.get(patienceNanos, TimeUnit.NANOSECONDS);
        } catch (TimeoutException outOfPatience) {
            if (kind == Kind.READ || !mark.sent()) {
                answer.cancel(true);
            }
            return rest(answer, mark, headers);
        } catch (ExecutionException failed) {
            throw failed(failed, mark, headers);
        } catch (InterruptedException interrupted) {
            throw interrupted(answer, mark);
        }
    }

    private R rest(ListenableFuture<R> answer, SentMark mark, AtomicReference<@Nullable Metadata> headers)
            throws CallFailed {
        try {
            return answer.get();
        } catch (CancellationException cancelled) {
            throw CallFailed.ofSilence(endpoint, kind, mark.sent());
        } catch (ExecutionException failed) {
            throw failed(failed, mark, headers);
        } catch (InterruptedException interrupted) {
            throw interrupted(answer, mark);
        }
    }

    /** A node that could not tell what became of a write may have told its name. */
    private CallFailed failed(ExecutionException thrown, SentMark mark, AtomicReference<@Nullable Metadata> headers) {
        CallFailed failure = CallFailed.ofCall(endpoint, kind, mark.sent(), thrown);
        Metadata heard = headers.get();
        String coordinator = heard == null ? null : heard.get(COORDINATOR);
        return coordinator == null ? failure : failure.takenBy(coordinator);
    }

    private CallFailed interrupted(ListenableFuture<R> answer, SentMark mark) {
        answer.cancel(true);
        Thread.currentThread().interrupt();
        return CallFailed.ofSilence(endpoint, kind, mark.sent());
    }
}
