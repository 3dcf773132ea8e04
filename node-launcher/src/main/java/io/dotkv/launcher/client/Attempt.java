package io.dotkv.launcher.client;

import com.google.common.util.concurrent.ListenableFuture;
import io.dotkv.launcher.client.CallFailed.Kind;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.stub.ClientCalls;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One try of a unary call at one endpoint. */
record Attempt<Q, R>(Channel channel, Endpoint endpoint, Kind kind, MethodDescriptor<Q, R> method) {
    /**
     * Makes the call. When the patience ends before the deadline of the options does, a read is given up, and a write only
     * if no connection has taken it yet.
     */
    R call(Q request, CallOptions options, long patienceNanos) throws CallFailed {
        SentMark mark = new SentMark();
        ListenableFuture<R> answer =
                ClientCalls.futureUnaryCall(channel.newCall(method, options.withStreamTracerFactory(mark)), request);
        try {
            return answer.get(patienceNanos, TimeUnit.NANOSECONDS);
        } catch (TimeoutException outOfPatience) {
            if (kind == Kind.READ || !mark.sent()) {
                answer.cancel(true);
            }
            return rest(answer, mark);
        } catch (ExecutionException failed) {
            throw CallFailed.ofCall(endpoint, kind, mark.sent(), failed);
        } catch (InterruptedException interrupted) {
            throw interrupted(answer, mark);
        }
    }

    private R rest(ListenableFuture<R> answer, SentMark mark) throws CallFailed {
        try {
            return answer.get();
        } catch (CancellationException cancelled) {
            throw CallFailed.ofSilence(endpoint, kind, mark.sent());
        } catch (ExecutionException failed) {
            throw CallFailed.ofCall(endpoint, kind, mark.sent(), failed);
        } catch (InterruptedException interrupted) {
            throw interrupted(answer, mark);
        }
    }

    private CallFailed interrupted(ListenableFuture<R> answer, SentMark mark) {
        answer.cancel(true);
        Thread.currentThread().interrupt();
        return CallFailed.ofSilence(endpoint, kind, mark.sent());
    }
}
