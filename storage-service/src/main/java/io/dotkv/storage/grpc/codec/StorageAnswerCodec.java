package io.dotkv.storage.grpc.codec;

import io.dotkv.kernel.Actor;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Delta;
import io.dotkv.kernel.Dot;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.HybridTime;
import io.dotkv.kernel.Leaf;
import io.dotkv.kernel.PartitionId;
import io.dotkv.kernel.Row;
import io.dotkv.kernel.encoding.MalformedException;
import io.dotkv.kernel.types.Update;
import io.dotkv.proto.storage.v1.Assigned;
import io.dotkv.proto.storage.v1.Covered;
import io.dotkv.proto.storage.v1.DescribeResponse;
import io.dotkv.proto.storage.v1.RefusalReason;
import io.dotkv.storage.AssignmentAck;
import io.dotkv.storage.Mutation;
import io.dotkv.storage.PeerLag;
import io.dotkv.storage.Refusal;
import io.dotkv.storage.Requests;
import io.dotkv.storage.RowPage;
import io.dotkv.storage.StampedWrite;
import io.dotkv.storage.StorageDescription;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * The answers of the storage layer as messages, and back; a client believes a server no more than a server a client.
 */
public final class StorageAnswerCodec {
    private static final long NANOS_PER_MILLI = 1_000_000;

    private StorageAnswerCodec() {}

    public static io.dotkv.proto.storage.v1.Refusal encode(Refusal refusal) {
        return io.dotkv.proto.storage.v1.Refusal.newBuilder()
                .setReason(encode(refusal.reason()))
                .setPlacement(refusal.placement())
                .setDetail(refusal.detail())
                .build();
    }

    public static Refusal decode(io.dotkv.proto.storage.v1.Refusal refusal) {
        return new Refusal(decode(refusal.getReason()), Math.max(0, refusal.getPlacement()), refusal.getDetail());
    }

    private static RefusalReason encode(Refusal.Reason reason) {
        return switch (reason) {
            case STALE_PLACEMENT -> RefusalReason.STALE_PLACEMENT;
            case NOT_A_REPLICA -> RefusalReason.NOT_A_REPLICA;
            case NO_ACTOR -> RefusalReason.NO_ACTOR;
            case NOT_VOTING -> RefusalReason.NOT_VOTING;
            case OVERLOADED -> RefusalReason.OVERLOADED;
            case EXPIRED -> RefusalReason.EXPIRED;
            case DAMAGED -> RefusalReason.DAMAGED;
            case CONTEXT_FROM_NOWHERE -> RefusalReason.CONTEXT_FROM_NOWHERE;
            case TOO_MANY_SIBLINGS -> RefusalReason.TOO_MANY_SIBLINGS;
            case CHANGE_IMPOSSIBLE -> RefusalReason.CHANGE_IMPOSSIBLE;
            case ENGINE_FAILED -> RefusalReason.ENGINE_FAILED;
            case WRONG_IDENTITY -> RefusalReason.WRONG_IDENTITY;
            case RETIRED -> RefusalReason.RETIRED;
            case STOPPING -> RefusalReason.STOPPING;
            case UNREACHABLE -> RefusalReason.UNREACHABLE;
            case NOT_UNDERSTOOD -> RefusalReason.NOT_UNDERSTOOD;
        };
    }

    private static Refusal.Reason decode(RefusalReason reason) {
        return switch (reason) {
            case STALE_PLACEMENT -> Refusal.Reason.STALE_PLACEMENT;
            case NOT_A_REPLICA -> Refusal.Reason.NOT_A_REPLICA;
            case NO_ACTOR -> Refusal.Reason.NO_ACTOR;
            case NOT_VOTING -> Refusal.Reason.NOT_VOTING;
            case OVERLOADED -> Refusal.Reason.OVERLOADED;
            case EXPIRED -> Refusal.Reason.EXPIRED;
            case DAMAGED -> Refusal.Reason.DAMAGED;
            case CONTEXT_FROM_NOWHERE -> Refusal.Reason.CONTEXT_FROM_NOWHERE;
            case TOO_MANY_SIBLINGS -> Refusal.Reason.TOO_MANY_SIBLINGS;
            case CHANGE_IMPOSSIBLE -> Refusal.Reason.CHANGE_IMPOSSIBLE;
            case ENGINE_FAILED -> Refusal.Reason.ENGINE_FAILED;
            case WRONG_IDENTITY -> Refusal.Reason.WRONG_IDENTITY;
            case RETIRED -> Refusal.Reason.RETIRED;
            case STOPPING -> Refusal.Reason.STOPPING;
            case UNREACHABLE -> Refusal.Reason.UNREACHABLE;
            case NOT_UNDERSTOOD, REFUSAL_REASON_UNSPECIFIED, UNRECOGNIZED -> Refusal.Reason.NOT_UNDERSTOOD;
        };
    }

    /** @param isUpdate whether the mutation is an update of data types */
    public static Assigned encode(StampedWrite assignment, boolean isUpdate) {
        Delta delta = assignment.delta();
        Assigned.Builder message = Assigned.newBuilder()
                .setDot(AlgebraCodec.encode(delta.events().getFirst()))
                .setReplaced(assignment.replaced())
                .setRepeated(assignment.repeated());
        if (delta.events().size() > 1) {
            message.setDots(delta.events().size());
        }
        if (assignment.repeated() || isUpdate) {
            return message.setRow(AlgebraCodec.encode(new Row(delta.leaves(), delta.context())))
                    .build();
        }
        return message.setTime(
                        delta.leaves().isEmpty()
                                ? 0
                                : delta.leaves().getFirst().time().packed())
                .setContext(AlgebraCodec.encode(delta.context()))
                .build();
    }

    /**
     * The assignment of this mutation. A put value did not travel back, its dot and context did; but of an update the
     * leaves did, and of an earlier try the whole row, because others may have changed it since.
     */
    public static StampedWrite decode(Assigned assigned, Requests.Mutate request) throws MalformedException {
        List<Dot> dots = dots(assigned);
        try {
            return new StampedWrite(
                    delta(assigned, request, dots),
                    StorageRequestCodec.notNegative("replaced", assigned.getReplaced()),
                    assigned.getRepeated());
        } catch (IllegalArgumentException e) {
            throw AlgebraCodec.malformed(e);
        }
    }

    private static List<Dot> dots(Assigned assigned) throws MalformedException {
        Dot first = AlgebraCodec.decode(assigned.getDot());
        if (assigned.getDots() == 0) {
            return List.of(first);
        }
        int count = assigned.getDots();
        if (count < 0 || count > Update.MAX_STEPS || first.counter() > Long.MAX_VALUE - Update.MAX_STEPS - 1) {
            throw new MalformedException("a mutation takes at most " + Update.MAX_STEPS + " dots, not "
                    + Integer.toUnsignedString(count) + " from " + first + " on");
        }
        List<Dot> dots = new ArrayList<>(count);
        for (int index = 0; index < count; index++) {
            dots.add(new Dot(first.actor(), first.counter() + index));
        }
        return dots;
    }

    private static Delta delta(Assigned assigned, Requests.Mutate request, List<Dot> dots) throws MalformedException {
        if (assigned.getRepeated() || request.mutation() instanceof Mutation.Typed) {
            Row row = AlgebraCodec.decode(assigned.getRow());
            return new Delta(request.key(), row.leaves(), row.context(), dots);
        }
        List<Leaf> leaves = new ArrayList<>(1);
        if (request.payload().isPresent()) {
            leaves.add(new Leaf(
                    dots.getFirst(),
                    Bytes.EMPTY,
                    new HybridTime(assigned.getTime()),
                    request.payload().get()));
        }
        return new Delta(request.key(), leaves, AlgebraCodec.decode(assigned.getContext()), dots);
    }

    public static io.dotkv.proto.storage.v1.Assumed encode(AssignmentAck assumed) {
        return io.dotkv.proto.storage.v1.Assumed.newBuilder()
                .setNodeNumber(assumed.nodeNumber())
                .setBoot(assumed.actor().map(Actor::boot).orElse(0))
                .setLife(assumed.life())
                .setLastBoot(assumed.lastBoot())
                .setStorageId(assumed.storageId())
                .addAllNotVoting(StorageRequestCodec.numbers(assumed.notVoting()))
                .build();
    }

    public static AssignmentAck decode(io.dotkv.proto.storage.v1.Assumed assumed) throws MalformedException {
        try {
            return new AssignmentAck(
                    StorageRequestCodec.positive("node_number", assumed.getNodeNumber()),
                    assumed.getBoot() == 0
                            ? Optional.empty()
                            : Optional.of(new Actor(assumed.getNodeNumber(), assumed.getBoot())),
                    assumed.getLife(),
                    StorageRequestCodec.notNegative("last_boot", assumed.getLastBoot()),
                    assumed.getStorageId(),
                    List.copyOf(StorageRequestCodec.partitions(assumed.getNotVotingList())));
        } catch (IllegalArgumentException e) {
            throw AlgebraCodec.malformed(e);
        }
    }

    public static io.dotkv.proto.storage.v1.Page encode(RowPage page) {
        var message = io.dotkv.proto.storage.v1.Page.newBuilder().setLast(page.last());
        for (RowPage.KeyedRow row : page.rows()) {
            message.addRows(io.dotkv.proto.storage.v1.KeyedRow.newBuilder()
                    .setKey(AlgebraCodec.encode(row.key().bytes()))
                    .setRow(AlgebraCodec.encode(row.row())));
        }
        page.covered()
                .forEach((partition, context) -> message.addCovered(Covered.newBuilder()
                        .setPartition(partition.number())
                        .setContext(AlgebraCodec.encode(context))));
        return message.build();
    }

    public static RowPage decode(io.dotkv.proto.storage.v1.Page page) throws MalformedException {
        List<RowPage.KeyedRow> rows = new ArrayList<>(page.getRowsCount());
        for (var row : page.getRowsList()) {
            rows.add(new RowPage.KeyedRow(AlgebraCodec.decodeKey(row.getKey()), AlgebraCodec.decode(row.getRow())));
            int last = rows.size() - 1;
            if (last > 0 && rows.get(last - 1).key().compareTo(rows.get(last).key()) >= 0) {
                throw new MalformedException("the keys of a page do not ascend");
            }
        }
        Map<PartitionId, DotSet> covered = new TreeMap<>();
        for (Covered context : page.getCoveredList()) {
            covered.put(
                    StorageRequestCodec.partition(context.getPartition()), AlgebraCodec.decode(context.getContext()));
        }
        return new RowPage(rows, page.getLast(), covered);
    }

    public static DescribeResponse encode(StorageDescription description) {
        return DescribeResponse.newBuilder()
                .setClusterId(description.clusterId())
                .setNode(description.node())
                .setNodeNumber(description.nodeNumber())
                .setBoot(description.boot())
                .setEngine(description.engine())
                .setDurability(description.durability())
                .setPlacement(description.placement())
                .setPartitions(description.partitions())
                .setPartitionsNotVoting(description.partitionsNotVoting())
                .setKeysEstimate(description.keysEstimate())
                .setDiskBytes(description.diskBytes())
                .setLogRecordsEstimate(description.logRecordsEstimate())
                .addAllPeers(description.peers().stream()
                        .map(StorageAnswerCodec::encode)
                        .toList())
                .setConflicts(description.siblings().conflicts())
                .setMostSiblings(description.siblings().most())
                .setSiblingsRefused(description.siblings().refused())
                .setHealth(DamageCodec.encode(description.health()))
                .build();
    }

    private static io.dotkv.proto.storage.v1.PeerLag encode(PeerLag lag) {
        io.dotkv.proto.storage.v1.PeerLag.Builder encoded = io.dotkv.proto.storage.v1.PeerLag.newBuilder()
                .setNodeNumber(lag.node())
                .setReportedMillisAgo(lag.reportedAgoNanos() / NANOS_PER_MILLI)
                .setMissingEvents(lag.missingEvents())
                .setMissingPartitions(lag.missingPartitions());
        lag.unconfirmedNanos().ifPresent(nanos -> encoded.setUnconfirmedMillis(nanos / NANOS_PER_MILLI));
        lag.behindNanos().ifPresent(nanos -> encoded.setBehindMillis(nanos / NANOS_PER_MILLI));
        return encoded.build();
    }

    private static PeerLag decode(io.dotkv.proto.storage.v1.PeerLag lag) {
        return new PeerLag(
                lag.getNodeNumber(),
                lag.getReportedMillisAgo() * NANOS_PER_MILLI,
                lag.getMissingEvents(),
                lag.getMissingPartitions(),
                lag.hasUnconfirmedMillis()
                        ? OptionalLong.of(lag.getUnconfirmedMillis() * NANOS_PER_MILLI)
                        : OptionalLong.empty(),
                lag.hasBehindMillis()
                        ? OptionalLong.of(lag.getBehindMillis() * NANOS_PER_MILLI)
                        : OptionalLong.empty());
    }

    public static StorageDescription decode(DescribeResponse response) {
        return new StorageDescription(
                response.getClusterId(),
                response.getNode(),
                response.getNodeNumber(),
                response.getBoot(),
                response.getEngine(),
                response.getDurability(),
                response.getPlacement(),
                response.getPartitions(),
                response.getPartitionsNotVoting(),
                response.getKeysEstimate(),
                response.getDiskBytes(),
                response.getLogRecordsEstimate(),
                response.getPeersList().stream().map(StorageAnswerCodec::decode).toList(),
                new StorageDescription.Siblings(
                        response.getConflicts(), response.getMostSiblings(), response.getSiblingsRefused()),
                DamageCodec.decode(response.getHealth()));
    }
}
