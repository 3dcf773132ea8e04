package io.dotkv.wire;

import io.grpc.stub.StreamObserver;

/**
 * A method of a generated stub that takes one request, as a method reference.
 *
 * @param <S> the stub
 * @param <Q> the request
 * @param <M> the response
 */
@FunctionalInterface
public interface Rpc<S, Q, M> {
    void send(S stub, Q request, StreamObserver<M> responses);
}
