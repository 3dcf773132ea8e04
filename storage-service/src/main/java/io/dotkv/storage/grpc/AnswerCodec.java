package io.dotkv.storage.grpc;

import io.dotkv.kernel.Actor;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Delta;
import io.dotkv.kernel.Dot;
import io.dotkv.kernel.HybridTime;
import io.dotkv.kernel.Leaf;
import io.dotkv.kernel.MalformedException;
import io.dotkv.proto.storage.v1.Assigned;
import io.dotkv.proto.storage.v1.DescribeResponse;
import io.dotkv.proto.storage.v1.PullEnd;
import io.dotkv.proto.storage.v1.PullRefusal;
import io.dotkv.proto.storage.v1.PullResponse;
import io.dotkv.proto.storage.v1.PulledRows;
import io.dotkv.proto.storage.v1.RefusalReason;
import io.dotkv.storage.Assignment;
import io.dotkv.storage.Assumed;
import io.dotkv.storage.Description;
import io.dotkv.storage.Page;
import io.dotkv.storage.PartitionClock;
import io.dotkv.storage.PullMessage;
import io.dotkv.storage.Refusal;
import io.dotkv.storage.Requests;
import java.util.ArrayList;
import java.util.List;

/** The answers of the storage layer as messages, and back; a client believes a server no more than a server a client. */
final class AnswerCodec {
    private static final int MAX_REPLICA_ID = 64;

    private AnswerCodec() {}

    static io.dotkv.proto.storage.v1.Refusal encode(Refusal refusal) {
        return io.dotkv.proto.storage.v1.Refusal.newBuilder()
                .setReason(encode(refusal.reason()))
                .setPlacement(refusal.placement())
                .setDetail(refusal.detail())
                .build();
    }

    static Refusal decode(io.dotkv.proto.storage.v1.Refusal refusal) {
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
            case ENGINE_FAILED -> RefusalReason.ENGINE_FAILED;
            case WRONG_IDENTITY -> RefusalReason.WRONG_IDENTITY;
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
            case ENGINE_FAILED -> Refusal.Reason.ENGINE_FAILED;
            case WRONG_IDENTITY -> Refusal.Reason.WRONG_IDENTITY;
            case STOPPING -> Refusal.Reason.STOPPING;
            case UNREACHABLE -> Refusal.Reason.UNREACHABLE;
            case NOT_UNDERSTOOD, REFUSAL_REASON_UNSPECIFIED, UNRECOGNIZED -> Refusal.Reason.NOT_UNDERSTOOD;
        };
    }

    static Assigned encode(Assignment assignment) {
        Delta delta = assignment.delta();
        return Assigned.newBuilder()
                .setDot(AlgebraCodec.encode(delta.events().getFirst()))
                .setTime(
                        delta.leaves().isEmpty()
                                ? 0
                                : delta.leaves().getFirst().time().packed())
                .setContext(AlgebraCodec.encode(delta.context()))
                .setReplaced(assignment.replaced())
                .setRepeated(assignment.repeated())
                .build();
    }

    /** The assignment of this mutation: the value did not travel back, its dot and context did. */
    static Assignment decode(Assigned assigned, Requests.Mutate request) throws MalformedException {
        Dot dot = AlgebraCodec.decode(assigned.getDot());
        List<Leaf> leaves = new ArrayList<>(1);
        if (request.payload().isPresent()) {
            leaves.add(new Leaf(
                    dot,
                    Bytes.EMPTY,
                    new HybridTime(assigned.getTime()),
                    request.payload().get()));
        }
        try {
            Delta delta = new Delta(request.key(), leaves, AlgebraCodec.decode(assigned.getContext()), List.of(dot));
            return new Assignment(
                    delta, RequestCodec.notNegative("replaced", assigned.getReplaced()), assigned.getRepeated());
        } catch (IllegalArgumentException e) {
            throw AlgebraCodec.malformed(e);
        }
    }

    static io.dotkv.proto.storage.v1.Assumed encode(Assumed assumed) {
        return io.dotkv.proto.storage.v1.Assumed.newBuilder()
                .setNodeNumber(assumed.actor().node())
                .setBoot(assumed.actor().boot())
                .addAllNotVoting(RequestCodec.numbers(assumed.notVoting()))
                .build();
    }

    static Assumed decode(io.dotkv.proto.storage.v1.Assumed assumed) throws MalformedException {
        try {
            return new Assumed(
                    new Actor(assumed.getNodeNumber(), assumed.getBoot()),
                    List.copyOf(RequestCodec.partitions(assumed.getNotVotingList())));
        } catch (IllegalArgumentException e) {
            throw AlgebraCodec.malformed(e);
        }
    }

    static io.dotkv.proto.storage.v1.Page encode(Page page) {
        var message = io.dotkv.proto.storage.v1.Page.newBuilder().setLast(page.last());
        for (Page.KeyedRow row : page.rows()) {
            message.addRows(io.dotkv.proto.storage.v1.KeyedRow.newBuilder()
                    .setKey(AlgebraCodec.encode(row.key().bytes()))
                    .setRow(AlgebraCodec.encode(row.row())));
        }
        return message.build();
    }

    static Page decode(io.dotkv.proto.storage.v1.Page page) throws MalformedException {
        List<Page.KeyedRow> rows = new ArrayList<>(page.getRowsCount());
        for (var row : page.getRowsList()) {
            rows.add(new Page.KeyedRow(AlgebraCodec.decodeKey(row.getKey()), AlgebraCodec.decode(row.getRow())));
            int last = rows.size() - 1;
            if (last > 0 && rows.get(last - 1).key().compareTo(rows.get(last).key()) >= 0) {
                throw new MalformedException("the keys of a page do not ascend");
            }
        }
        return new Page(rows, page.getLast());
    }

    static io.dotkv.proto.storage.v1.PartitionClock encode(PartitionClock clock) {
        return io.dotkv.proto.storage.v1.PartitionClock.newBuilder()
                .setPartition(clock.partition().number())
                .setClock(AlgebraCodec.encode(clock.clock()))
                .setReplica(clock.replica())
                .setVoting(clock.voting())
                .build();
    }

    static PartitionClock decode(io.dotkv.proto.storage.v1.PartitionClock clock) throws MalformedException {
        if (clock.getReplica().length() > MAX_REPLICA_ID) {
            throw new MalformedException("a replica's id has at most " + MAX_REPLICA_ID + " characters, not "
                    + clock.getReplica().length());
        }
        return new PartitionClock(
                RequestCodec.partition(clock.getPartition()),
                AlgebraCodec.decode(clock.getClock()),
                clock.getReplica(),
                clock.getVoting());
    }

    static PullResponse encode(PullMessage message) {
        PullResponse.Builder response = PullResponse.newBuilder();
        switch (message) {
            case PullMessage.Rows rows -> response.setRows(encode(rows));
            case PullMessage.End end ->
                response.setEnd(PullEnd.newBuilder()
                        .setPartition(end.partition().number())
                        .setAnswer(end.answer())
                        .setBatches(end.batches())
                        .setFull(end.full())
                        .setClock(AlgebraCodec.encode(end.clock()))
                        .setVoting(end.voting())
                        .setNodeNumber(end.node()));
            case PullMessage.Unavailable unavailable ->
                response.setRefusal(PullRefusal.newBuilder()
                        .setPartition(unavailable.partition().number())
                        .setRefusal(encode(unavailable.refusal())));
        }
        return response.build();
    }

    private static PulledRows encode(PullMessage.Rows rows) {
        PulledRows.Builder message =
                PulledRows.newBuilder().setPartition(rows.partition().number()).setAnswer(rows.answer());
        for (Delta delta : rows.deltas()) {
            message.addDeltas(AlgebraCodec.encode(delta));
        }
        return message.build();
    }

    static PullMessage decode(PullResponse response) throws MalformedException {
        return switch (response.getMessageCase()) {
            case ROWS -> decode(response.getRows());
            case END -> decode(response.getEnd());
            case REFUSAL ->
                new PullMessage.Unavailable(
                        RequestCodec.partition(response.getRefusal().getPartition()),
                        decode(response.getRefusal().getRefusal()));
            case MESSAGE_NOT_SET -> throw new MalformedException("a message of a pull is rows, end or refusal");
        };
    }

    private static PullMessage.Rows decode(PulledRows rows) throws MalformedException {
        List<Delta> deltas = new ArrayList<>(rows.getDeltasCount());
        for (var delta : rows.getDeltasList()) {
            deltas.add(AlgebraCodec.decode(delta));
        }
        return new PullMessage.Rows(RequestCodec.partition(rows.getPartition()), rows.getAnswer(), deltas);
    }

    private static PullMessage.End decode(PullEnd end) throws MalformedException {
        return new PullMessage.End(
                RequestCodec.partition(end.getPartition()),
                end.getAnswer(),
                RequestCodec.notNegative("batches", end.getBatches()),
                end.getFull(),
                AlgebraCodec.decode(end.getClock()),
                end.getVoting(),
                RequestCodec.positive("node_number", end.getNodeNumber()));
    }

    static DescribeResponse encode(Description description) {
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
                .build();
    }

    static Description decode(DescribeResponse response) {
        return new Description(
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
                response.getLogRecordsEstimate());
    }
}
