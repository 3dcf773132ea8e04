package io.dotkv.storage.grpc.codec;

import com.google.protobuf.UnsafeByteOperations;
import io.dotkv.kernel.Actor;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Delta;
import io.dotkv.kernel.Dot;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.PartitionId;
import io.dotkv.kernel.encoding.MalformedException;
import io.dotkv.kernel.types.Update;
import io.dotkv.proto.storage.v1.Promise;
import io.dotkv.proto.storage.v1.PullEnd;
import io.dotkv.proto.storage.v1.PullRefusal;
import io.dotkv.proto.storage.v1.PullRequest;
import io.dotkv.proto.storage.v1.PullResponse;
import io.dotkv.proto.storage.v1.PulledRows;
import io.dotkv.storage.IdentifiedWrite;
import io.dotkv.storage.PartitionClock;
import io.dotkv.storage.PullMessage;
import io.dotkv.storage.Requests;
import io.dotkv.storage.WriteId;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Clocks and what is pulled by them as messages, and back; what breaks a rule of the proto is refused with a sentence.
 */
public final class PullCodec {
    private static final int MAX_REPLICA_ID = 64;

    private PullCodec() {}

    public static PullRequest encode(Requests.Pull request) {
        PullRequest.Builder message = PullRequest.newBuilder()
                .setPlacement(request.placement())
                .setNodeNumber(request.node())
                .setTakesBase(true);
        for (PartitionClock clock : request.clocks()) {
            message.addClocks(encode(clock));
        }
        return message.build();
    }

    public static Requests.Pull decode(PullRequest request) throws MalformedException {
        List<PartitionClock> clocks = new ArrayList<>(request.getClocksCount());
        Set<PartitionId> seen = new LinkedHashSet<>();
        for (var message : request.getClocksList()) {
            PartitionClock clock = decode(message);
            clocks.add(clock);
            if (!seen.add(clock.partition())) {
                throw new MalformedException("a pull names partition " + clock.partition() + " twice");
            }
        }
        return new Requests.Pull(
                StorageRequestCodec.placement(request.getPlacement()),
                StorageRequestCodec.positive("node_number", request.getNodeNumber()),
                clocks);
    }

    public static io.dotkv.proto.storage.v1.PartitionClock encode(PartitionClock clock) {
        var message = io.dotkv.proto.storage.v1.PartitionClock.newBuilder()
                .setPartition(clock.partition().number())
                .setClock(AlgebraCodec.encode(clock.clock()))
                .setReplica(clock.replica())
                .setVoting(clock.voting())
                .addAllPromises(clock.promises().stream().map(PullCodec::encode).toList());
        if (!clock.unnamed().isEmpty()) {
            message.setUnnamed(AlgebraCodec.encode(clock.unnamed()));
        }
        return message.build();
    }

    private static Promise encode(PartitionClock.Promise promise) {
        return Promise.newBuilder()
                .setNode(promise.first().node())
                .setBelow(promise.first().boot())
                .setAttempt(promise.attempt())
                .build();
    }

    private static List<PartitionClock.Promise> promises(List<Promise> promises) throws MalformedException {
        List<PartitionClock.Promise> decoded = new ArrayList<>(promises.size());
        for (Promise promise : promises) {
            try {
                decoded.add(new PartitionClock.Promise(
                        new Actor(promise.getNode(), promise.getBelow()), promise.getAttempt()));
            } catch (IllegalArgumentException e) {
                throw AlgebraCodec.malformed(e);
            }
        }
        return decoded;
    }

    public static PartitionClock decode(io.dotkv.proto.storage.v1.PartitionClock clock) throws MalformedException {
        return new PartitionClock(
                StorageRequestCodec.partition(clock.getPartition()),
                AlgebraCodec.decode(clock.getClock()),
                replicaId(clock.getReplica()),
                clock.getVoting(),
                promises(clock.getPromisesList()),
                clock.hasUnnamed() ? AlgebraCodec.decode(clock.getUnnamed()) : DotSet.EMPTY);
    }

    private static String replicaId(String id) throws MalformedException {
        if (id.length() > MAX_REPLICA_ID) {
            throw new MalformedException(
                    "a replica's id has at most " + MAX_REPLICA_ID + " characters, not " + id.length());
        }
        return id;
    }

    /** A message that stands for itself. */
    public static PullResponse encode(PullMessage message) {
        return encode(message, false);
    }

    /**
     * @param sharesBase whether rows go without what their contexts have in common, and without the events of their
     * leaves
     */
    public static PullResponse encode(PullMessage message, boolean sharesBase) {
        PullResponse.Builder response = PullResponse.newBuilder();
        switch (message) {
            case PullMessage.Rows rows -> response.setRows(encode(rows, sharesBase));
            case PullMessage.End end ->
                response.setEnd(PullEnd.newBuilder()
                        .setPartition(end.partition().number())
                        .setAnswer(end.answer())
                        .setBatches(end.batches())
                        .setFull(end.full())
                        .setClock(AlgebraCodec.encode(end.clock()))
                        .setVoting(end.voting())
                        .setNodeNumber(end.node())
                        .setAsker(end.asker()));
            case PullMessage.Unavailable unavailable ->
                response.setRefusal(PullRefusal.newBuilder()
                        .setPartition(unavailable.partition().number())
                        .setRefusal(StorageAnswerCodec.encode(unavailable.refusal())));
        }
        return response.build();
    }

    private static PulledRows encode(PullMessage.Rows rows, boolean sharesBase) {
        PulledRows.Builder message =
                PulledRows.newBuilder().setPartition(rows.partition().number()).setAnswer(rows.answer());
        boolean isShared = sharesBase && !rows.base().isEmpty();
        for (Delta delta : rows.deltas()) {
            message.addDeltas(isShared ? AlgebraCodec.encode(delta, rows.base()) : AlgebraCodec.encode(delta));
        }
        if (isShared) {
            message.setBase(AlgebraCodec.encode(rows.base()));
        }
        rows.whole().ifPresent(range -> message.setWhole(encode(range)));
        rows.names().forEach(write -> message.addNames(encode(write)));
        return message.build();
    }

    private static io.dotkv.proto.storage.v1.NamedWrite encode(IdentifiedWrite write) {
        var message = io.dotkv.proto.storage.v1.NamedWrite.newBuilder()
                .setFirst(AlgebraCodec.encode(write.first()))
                .setCount(write.count());
        write.name().ifPresent(name -> message.setName(UnsafeByteOperations.unsafeWrap(name.encode())));
        write.key().ifPresent(key -> message.setKey(AlgebraCodec.encode(key.bytes())));
        return message.build();
    }

    private static IdentifiedWrite decode(io.dotkv.proto.storage.v1.NamedWrite write) throws MalformedException {
        int length = write.getName().size();
        if (length != 0 && length != WriteId.BYTES) {
            throw new MalformedException("the name of a write has 16 bytes, not " + length);
        }
        if (write.getCount() < 1 || write.getCount() > Update.MAX_STEPS) {
            throw new MalformedException("a write has 1 to " + Update.MAX_STEPS + " events, not " + write.getCount());
        }
        Dot first = AlgebraCodec.decode(write.getFirst());
        if (first.counter() > Long.MAX_VALUE - Update.MAX_STEPS) {
            throw new MalformedException("a write begins with event " + first);
        }
        return new IdentifiedWrite(
                length == 0
                        ? Optional.empty()
                        : Optional.of(WriteId.decode(write.getName().toByteArray())),
                write.getKey().isEmpty() ? Optional.empty() : Optional.of(AlgebraCodec.decodeKey(write.getKey())),
                first,
                write.getCount());
    }

    private static io.dotkv.proto.storage.v1.KeyRange encode(PullMessage.KeyRange range) {
        var message = io.dotkv.proto.storage.v1.KeyRange.newBuilder()
                .setAfter(AlgebraCodec.encode(range.after()))
                .setCovered(AlgebraCodec.encode(range.covered()));
        range.upTo().ifPresent(last -> message.setUpTo(AlgebraCodec.encode(last)));
        return message.build();
    }

    public static PullMessage decode(PullResponse response) throws MalformedException {
        return switch (response.getMessageCase()) {
            case ROWS -> decode(response.getRows());
            case END -> decode(response.getEnd());
            case REFUSAL ->
                new PullMessage.Unavailable(
                        StorageRequestCodec.partition(response.getRefusal().getPartition()),
                        StorageAnswerCodec.decode(response.getRefusal().getRefusal()));
            case MESSAGE_NOT_SET -> throw new MalformedException("a message of a pull is rows, an end or a refusal");
        };
    }

    private static PullMessage.Rows decode(PulledRows rows) throws MalformedException {
        List<Delta> deltas = new ArrayList<>(rows.getDeltasCount());
        DotSet base = rows.hasBase() ? AlgebraCodec.decode(rows.getBase()) : DotSet.EMPTY;
        for (var message : rows.getDeltasList()) {
            Delta delta = rows.hasBase() ? AlgebraCodec.decode(message, base) : AlgebraCodec.decode(message);
            if (!deltas.isEmpty() && deltas.getLast().key().compareTo(delta.key()) >= 0) {
                throw new MalformedException("the keys of pulled rows do not ascend");
            }
            deltas.add(delta);
        }
        Optional<PullMessage.KeyRange> whole =
                rows.hasWhole() ? Optional.of(decode(rows.getWhole())) : Optional.empty();
        if (whole.isPresent() && !deltas.isEmpty()) {
            checkWithin(whole.get(), deltas.getFirst().key(), deltas.getLast().key());
        }
        List<IdentifiedWrite> names = new ArrayList<>(rows.getNamesCount());
        for (var message : rows.getNamesList()) {
            names.add(decode(message));
        }
        return new PullMessage.Rows(
                StorageRequestCodec.partition(rows.getPartition()), rows.getAnswer(), deltas, whole, base, names);
    }

    private static PullMessage.KeyRange decode(io.dotkv.proto.storage.v1.KeyRange range) throws MalformedException {
        Bytes after = StorageRequestCodec.partOfKey("after", range.getAfter());
        Optional<Bytes> upTo = range.hasUpTo()
                ? Optional.of(StorageRequestCodec.partOfKey("up_to", range.getUpTo()))
                : Optional.empty();
        if (upTo.isPresent() && upTo.get().compareTo(after) <= 0) {
            throw new MalformedException("a range of keys ends before it begins");
        }
        return new PullMessage.KeyRange(after, upTo, AlgebraCodec.decode(range.getCovered()));
    }

    private static void checkWithin(PullMessage.KeyRange range, Key first, Key last) throws MalformedException {
        boolean outside = first.bytes().compareTo(range.after()) <= 0
                || (range.upTo().isPresent()
                        && last.bytes().compareTo(range.upTo().get()) > 0);
        if (outside) {
            throw new MalformedException("a pulled row is outside of its range of keys");
        }
    }

    private static PullMessage.End decode(PullEnd end) throws MalformedException {
        return new PullMessage.End(
                StorageRequestCodec.partition(end.getPartition()),
                end.getAnswer(),
                StorageRequestCodec.notNegative("batches", end.getBatches()),
                end.getFull(),
                AlgebraCodec.decode(end.getClock()),
                end.getVoting(),
                StorageRequestCodec.positive("node_number", end.getNodeNumber()),
                replicaId(end.getAsker()));
    }
}
