package io.dotkv.simulation;

import io.dotkv.kernel.NodeId;
import io.dotkv.replication.Consistency;
import io.dotkv.replication.ContentResult;
import io.dotkv.replication.Operation;
import io.dotkv.replication.ReadResult;
import io.dotkv.replication.Replication;
import io.dotkv.replication.ScanResult;
import io.dotkv.replication.ScrubJob;
import io.dotkv.replication.ScrubListener;
import io.dotkv.replication.ScrubResult;
import io.dotkv.replication.WriteResult;
import io.dotkv.simulation.machine.FaultHooks;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;

/** What can be planted in the coordination of requests. */
final class CoordinationFaults {
    private CoordinationFaults() {}

    private static FaultHooks ofReplication(UnaryOperator<Replication> fault) {
        return new FaultHooks() {
            @Override
            public Replication replication(NodeId node, Replication replication) {
                return fault.apply(replication);
            }
        };
    }

    private record TamperedReplication(Replication real, Tampering tampering) implements Replication {
        @Override
        public CompletionStage<WriteResult> write(Operation.Write write) {
            return tampering.write(real, write);
        }

        @Override
        public CompletionStage<ReadResult> read(Operation.Read read) {
            return tampering.read(real, read);
        }

        @Override
        public CompletionStage<ContentResult> content(Operation.Read read) {
            return real.content(read);
        }

        @Override
        public CompletionStage<ScanResult> scan(Operation.Scan scan) {
            return real.scan(scan);
        }

        @Override
        public CompletionStage<ScrubResult> scrub(ScrubJob order, ScrubListener watcher) {
            return real.scrub(order, watcher);
        }
    }

    private interface Tampering {
        default CompletionStage<WriteResult> write(Replication real, Operation.Write write) {
            return real.write(write);
        }

        default CompletionStage<ReadResult> read(Replication real, Operation.Read read) {
            return real.read(read);
        }
    }

    /** A write at QUORUM is acknowledged when one replica has it. */
    static FaultHooks coordinatorCountsWrong() {
        return ofReplication(replication -> new TamperedReplication(replication, new Tampering() {
            @Override
            public CompletionStage<WriteResult> write(Replication real, Operation.Write write) {
                return real.write(
                        write.level() != Consistency.QUORUM
                                ? write
                                : new Operation.Write(
                                        write.key(),
                                        write.payload(),
                                        write.context(),
                                        Consistency.ONE,
                                        write.requestId(),
                                        write.deadlineNanos()));
            }
        }));
    }

    /** What is unknown is reported as not applied. */
    static FaultHooks coordinatorIsTooSure() {
        return ofReplication(replication -> new TamperedReplication(replication, new Tampering() {
            @Override
            public CompletionStage<WriteResult> write(Replication real, Operation.Write write) {
                return real.write(write)
                        .thenApply(result -> result instanceof WriteResult.Unknown unknown
                                ? new WriteResult.NotApplied(unknown.failure(), unknown.required(), unknown.requestId())
                                : result);
            }
        }));
    }

    /** Reads are done as if no context had been passed. */
    static FaultHooks coordinatorIgnoresSessions() {
        return ofReplication(replication -> new TamperedReplication(replication, new Tampering() {
            @Override
            public CompletionStage<ReadResult> read(Replication real, Operation.Read read) {
                return real.read(new Operation.Read(
                        read.key(), read.level(), Optional.empty(), read.monotonic(), read.deadlineNanos()));
            }
        }));
    }

    /** Monotonic reads are done like others. */
    static FaultHooks coordinatorAnswersBeforeTheRepair() {
        return ofReplication(replication -> new TamperedReplication(replication, new Tampering() {
            @Override
            public CompletionStage<ReadResult> read(Replication real, Operation.Read read) {
                return real.read(
                        new Operation.Read(read.key(), read.level(), read.session(), false, read.deadlineNanos()));
            }
        }));
    }

    /** Every tenth read is forgotten. */
    static FaultHooks coordinatorForgetsReads() {
        return ofReplication(replication -> new TamperedReplication(replication, new Tampering() {
            private int count;

            @Override
            public CompletionStage<ReadResult> read(Replication real, Operation.Read read) {
                count++;
                return count % 10 == 0 ? new CompletableFuture<>() : real.read(read);
            }
        }));
    }
}
