package io.dotkv.replication.local;

import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.Row;
import io.dotkv.replication.Failure;
import io.dotkv.replication.request.PendingRead;
import io.dotkv.replication.request.RequestPorts;
import io.dotkv.replication.route.Topology;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A read that a client waits for. Any thread. */
final class ReadAnswer<T> implements PendingRead.Taker {
    private final Shape<T> shape;
    private final Topology topology;
    private final RequestPorts port;
    private final CompletableFuture<T> result = new CompletableFuture<>();

    /** What the client is given. */
    interface Shape<T> {
        /** Of the joined row. */
        T answered(Row row, List<NodeId> answeredBy, Topology topology);

        /** Of a read that failed. */
        T failed(Failure failure);
    }

    ReadAnswer(Shape<T> shape, Topology topology, RequestPorts port) {
        this.shape = shape;
        this.topology = topology;
        this.port = port;
    }

    /** Starts the read. The stage may be cancelled, by a caller that has given the read up. */
    CompletionStage<T> start(PendingRead read) {
        var _ = result.whenComplete((answer, failure) -> {
            if (result.isCancelled()) {
                read.giveUp();
            }
        });
        read.start();
        return result;
    }

    @Override
    public void answered(Row row, List<NodeId> answeredBy) {
        port.counters().reads.increment();
        port.admission().leave(0);
        result.complete(shape.answered(row, answeredBy, topology));
    }

    @Override
    public void failed(Failure failure) {
        port.counters().readsFailed.increment();
        port.admission().leave(0);
        result.complete(shape.failed(failure));
    }

    @Override
    public void done() {
        port.admission().done();
    }
}
