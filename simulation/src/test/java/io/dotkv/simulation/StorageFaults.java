package io.dotkv.simulation;

import io.dotkv.kernel.Actor;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Delta;
import io.dotkv.kernel.Dot;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.Leaf;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.Row;
import io.dotkv.simulation.machine.FaultHooks;
import io.dotkv.storage.Digests;
import io.dotkv.storage.MutationListener;
import io.dotkv.storage.Outcome;
import io.dotkv.storage.PullMessage;
import io.dotkv.storage.Requests;
import io.dotkv.storage.StampedWrite;
import io.dotkv.storage.Storage;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;

/** What can be planted in a storage. */
final class StorageFaults {
    private StorageFaults() {}

    static FaultHooks everywhere(UnaryOperator<Storage> fault) {
        return new FaultHooks() {
            @Override
            public Storage storage(NodeId node, Storage storage) {
                return fault.apply(storage);
            }
        };
    }

    static FaultHooks atOneNode(UnaryOperator<Storage> fault) {
        return new FaultHooks() {
            @Override
            public Storage storage(NodeId node, Storage storage) {
                return node.name().equals("n1") ? fault.apply(storage) : storage;
            }
        };
    }

    /** A mutation counts as durable as soon as it has its dot. */
    static Storage acknowledgesBeforeTheWrite(Storage storage) {
        return new TamperedStorage(storage) {
            @Override
            public void mutate(Requests.Mutate request, MutationListener listener) {
                boolean[] ended = {false};
                real.mutate(request, new MutationListener() {
                    @Override
                    public void assigned(StampedWrite assignment) {
                        ended[0] = true;
                        listener.assigned(assignment);
                        listener.ended(Outcome.done(request.placement()));
                    }

                    @Override
                    public void ended(Outcome<Long> outcome) {
                        if (!ended[0]) {
                            listener.ended(outcome);
                        }
                    }
                });
            }
        };
    }

    /** Every fifth dot is that of the mutation before. */
    static Storage reusesDots(Storage storage) {
        return new TamperedStorage(storage) {
            private int count;
            private Dot last = new Dot(new Actor(1, 1), 1);

            @Override
            public void mutate(Requests.Mutate request, MutationListener listener) {
                real.mutate(request, new MutationListener() {
                    @Override
                    public void assigned(StampedWrite assignment) {
                        count++;
                        listener.assigned(count % 5 == 0 ? underDot(assignment, last) : assignment);
                        last = assignment.delta().events().getFirst();
                    }

                    @Override
                    public void ended(Outcome<Long> outcome) {
                        listener.ended(outcome);
                    }
                });
            }
        };
    }

    private static StampedWrite underDot(StampedWrite assignment, Dot dot) {
        Delta delta = assignment.delta();
        List<Leaf> leaves = delta.leaves().stream()
                .map(leaf -> new Leaf(dot, leaf.path(), leaf.time(), leaf.payload()))
                .toList();
        return new StampedWrite(
                new Delta(delta.key(), leaves, delta.context().with(dot), List.of(dot)),
                assignment.replaced(),
                assignment.repeated());
    }

    /** A delete that comes from another replica takes its dot, and nothing is deleted. */
    static Storage forgetsWhatADeleteCovers(Storage storage) {
        return new TamperedStorage(storage) {
            @Override
            public CompletionStage<Outcome<Long>> apply(Requests.Apply request) {
                Delta delta = request.delta();
                return real.apply(
                        delta.leaves().isEmpty()
                                ? new Requests.Apply(
                                        request.placement(),
                                        new Delta(delta.key(), List.of(), DotSet.of(delta.events()), delta.events()),
                                        request.requestId(),
                                        request.deadlineNanos())
                                : request);
            }

            // A scrub would find what still shows, and keep it as a new event.
            @Override
            public CompletionStage<Outcome<Digests>> digest(Requests.Digest request) {
                return CompletableFuture.completedFuture(Outcome.unknown("no digests"));
            }
        };
    }

    /** A replica takes each try for another write, and so makes an event of it. */
    static Storage doesNotRecogniseRetries(Storage storage) {
        return new TamperedStorage(storage) {
            private int count;

            @Override
            public void mutate(Requests.Mutate request, MutationListener listener) {
                count++;
                real.mutate(
                        new Requests.Mutate(
                                request.placement(),
                                request.key(),
                                request.mutation(),
                                request.requestId() + "/" + count,
                                request.deadlineNanos()),
                        listener);
            }
        };
    }

    /** Events of others come without their names: so nobody notices that several are of one write. */
    static Storage losesNames(Storage storage) {
        return new TamperedStorage(storage) {
            @Override
            public CompletionStage<Outcome<Long>> apply(Requests.Apply request) {
                return real.apply(
                        new Requests.Apply(request.placement(), request.delta(), "", request.deadlineNanos()));
            }

            @Override
            public CompletionStage<Outcome<Integer>> absorb(PullMessage message) {
                return real.absorb(
                        message instanceof PullMessage.Rows rows
                                ? new PullMessage.Rows(
                                        rows.partition(), rows.answer(), rows.deltas(), rows.whole(), rows.base())
                                : message);
            }
        };
    }

    /** A replica says that it has taken what others bring, and has not. */
    static Storage dropsWhatItIsBrought(Storage storage) {
        return new TamperedStorage(storage) {
            @Override
            public CompletionStage<Outcome<Long>> apply(Requests.Apply request) {
                return CompletableFuture.completedFuture(Outcome.done(request.placement()));
            }

            @Override
            public CompletionStage<Outcome<Integer>> absorb(PullMessage message) {
                return CompletableFuture.completedFuture(Outcome.done(0));
            }
        };
    }

    /** A replica takes the dots of what others bring, and every third value not. */
    static Storage takesDotsWithoutValues(Storage storage) {
        return new TamperedStorage(storage) {
            private int count;

            @Override
            public CompletionStage<Outcome<Long>> apply(Requests.Apply request) {
                Delta delta = request.delta();
                count++;
                return real.apply(
                        count % 3 != 0
                                ? request
                                : new Requests.Apply(
                                        request.placement(),
                                        new Delta(delta.key(), List.of(), delta.context(), delta.events()),
                                        request.requestId(),
                                        request.deadlineNanos()));
            }
        };
    }

    /** Rows are read without what they say of values that are gone. */
    static Storage readsWithoutContext(Storage storage) {
        return new TamperedStorage(storage) {
            @Override
            public CompletionStage<Outcome<Row>> read(Requests.Read request) {
                return real.read(request)
                        .thenApply(outcome -> outcome instanceof Outcome.Done<Row>(Row row)
                                ? Outcome.done(new Row(row.leaves(), row.dots()))
                                : outcome);
            }
        };
    }

    /** Every other read is answered by the row as it was when it was first read. */
    static Storage answersStaleRows(Storage storage) {
        return new TamperedStorage(storage) {
            private final Map<Key, Row> first = new TreeMap<>();
            private int count;

            @Override
            public CompletionStage<Outcome<Row>> read(Requests.Read request) {
                return real.read(request).thenApply(outcome -> {
                    if (!(outcome instanceof Outcome.Done<Row>(Row row))) {
                        return outcome;
                    }
                    Row stale = first.computeIfAbsent(request.key(), any -> row);
                    count++;
                    return count % 2 == 0 ? Outcome.done(stale) : outcome;
                });
            }
        };
    }

    /** A value that is read has been changed on the way. */
    static Storage altersValues(Storage storage) {
        return new TamperedStorage(storage) {
            @Override
            public CompletionStage<Outcome<Row>> read(Requests.Read request) {
                return real.read(request)
                        .thenApply(outcome -> outcome instanceof Outcome.Done<Row>(Row row)
                                ? Outcome.done(new Row(
                                        row.leaves().stream()
                                                .map(StorageFaults::altered)
                                                .toList(),
                                        row.context()))
                                : outcome);
            }
        };
    }

    private static Leaf altered(Leaf leaf) {
        return new Leaf(leaf.dot(), leaf.path(), leaf.time(), Bytes.utf8("altered"));
    }
}
