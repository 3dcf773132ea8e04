package io.dotkv.replication.route;

import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.PartitionId;
import io.dotkv.replication.Consistency;
import io.dotkv.replication.Failure;
import io.dotkv.replication.Failure.Reason;
import io.dotkv.replication.Operation;
import io.dotkv.replication.Portion;
import io.dotkv.storage.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What people are told when an operation fails: what happened, to which key or node, what was done, what to do now. The
 * subject of each sentence is given, such as {@code The put of key "cart:42"}.
 */
public final class FailureMessages {
    private static final int LONGEST_QUOTE = 300;

    private FailureMessages() {}

    public static String subject(Operation.Write write) {
        return "The " + write.verb() + " of key " + KeyText.of(write.key());
    }

    public static String subject(Operation.Read read) {
        return "The get of key " + KeyText.of(read.key());
    }

    public static Failure unknownType(String subject, String what) {
        return new Failure(
                Reason.UNKNOWN_TYPE,
                subject + " failed: the key has data that this node cannot decode, " + quoted(what)
                        + ". Read it through a node of the newest version.");
    }

    public static Failure noCluster(String subject) {
        return new Failure(
                Reason.NO_CLUSTER,
                subject + " was not done: no cluster has formed yet. Check `dotkv cluster status` for the "
                        + "missing nodes, and retry when the cluster has formed.");
    }

    public static Failure stopping(String subject) {
        return new Failure(Reason.STOPPING, subject + " was not done: this node is stopping. Send it to another node.");
    }

    /** @param split what would be answered: nothing */
    public static Failure answerTooLarge(String subject, Portion.Split split, long limit) {
        return new Failure(
                Reason.ANSWER_TOO_LARGE,
                subject + " was not answered: the newest value that was asked for needs an answer of "
                        + split.bytesForOneMore() + " bytes, and the client takes " + limit
                        + ". Allow the client larger messages, and say so in max_answer_bytes, up to "
                        + Portion.MOST_BYTES + ".");
    }

    public static Failure overloaded(String subject, String limit) {
        return new Failure(
                Reason.OVERLOADED,
                subject + " was not done: this node has " + limit + " in flight, the maximum. Retry later.");
    }

    public static Failure notHeld(String subject, PartitionId partition, int partitions, NodeId node) {
        if (partition.number() >= partitions) {
            return new Failure(
                    Reason.INVALID_REQUEST,
                    subject + " was not done: there is no partition " + partition + "; they are 0 to "
                            + (partitions - 1) + ".");
        }
        return new Failure(
                Reason.INVALID_REQUEST,
                subject + " was not done: node " + node + " holds no replica of partition " + partition
                        + ". See `dotkv cluster layout` for the nodes that do, and send it to one of them.");
    }

    public static Failure noOwnStorage(String subject) {
        return new Failure(
                Reason.INVALID_REQUEST,
                subject
                        + " was not done: this node only coordinates and has no storage. Send it to a node that has one.");
    }

    public static Failure expired(String subject) {
        return new Failure(
                Reason.DEADLINE,
                subject + " was not done: its deadline had passed before it started. Retry with a longer "
                        + "deadline.");
    }

    public static Failure levelImpossible(String subject, Candidates candidates) {
        return new Failure(
                Reason.LEVEL_IMPOSSIBLE,
                subject + " was not done: " + candidates.level() + " asks for " + candidates.required()
                        + " replicas and the key has only " + candidates.count() + " (" + names(candidates.nodes())
                        + "). Ask for ONE or ALL.");
    }

    public static Failure tooFew(String subject, Candidates candidates, long reachable) {
        return new Failure(
                Reason.TOO_FEW_REPLICAS,
                subject + " was not done: " + level(candidates) + ", and "
                        + count(candidates.which(replica -> (reachable >>> replica & 1) != 0)) + " can be reached; not "
                        + names(candidates.which(replica -> (reachable >>> replica & 1) == 0))
                        + ". Retry when more of them are back, or use a lower consistency level.");
    }

    public static Failure readFailed(String subject, Candidates candidates, AckTracker answers, String last) {
        return new Failure(
                Reason.TOO_FEW_REPLICAS,
                subject + " failed: " + level(candidates) + ", and " + count(candidates.which(answers::isDone))
                        + " answered (" + last + "). Reading again is safe.");
    }

    public static Failure readExpired(String subject, Candidates candidates, AckTracker answers) {
        return new Failure(
                Reason.DEADLINE,
                subject + " was cancelled at its deadline: " + level(candidates) + ", and "
                        + count(candidates.which(answers::isDone)) + " had answered. Reading again is safe.");
    }

    public static Failure refused(String subject, NodeId node, Refusal refusal) {
        String told = subject + " was not done: node " + node + " refused it, " + quoted(refusal.detail()) + ". ";
        return switch (refusal.reason()) {
            case STALE_PLACEMENT ->
                new Failure(
                        Reason.LAYOUT_CHANGED,
                        told + "The layout has changed to version " + refusal.placement()
                                + " and this node has not received it yet. Retry.");
            case CONTEXT_FROM_NOWHERE ->
                new Failure(
                        Reason.CONTEXT_FROM_NOWHERE,
                        told + "The context names writes that this node never made: read the key again and use "
                                + "the new context. If the context was not altered, the node has lost data; see its "
                                + "log.");
            case TOO_MANY_SIBLINGS -> new Failure(Reason.TOO_MANY_SIBLINGS, told.strip());
            case CHANGE_IMPOSSIBLE -> new Failure(Reason.CHANGE_IMPOSSIBLE, told.strip());
            case EXPIRED -> new Failure(Reason.DEADLINE, told + "Its deadline passed. Retry with a longer deadline.");
            case OVERLOADED -> new Failure(Reason.OVERLOADED, told + "Retry later.");
            case RETIRED,
                    NOT_A_REPLICA,
                    NO_ACTOR,
                    NOT_VOTING,
                    DAMAGED,
                    ENGINE_FAILED,
                    WRONG_IDENTITY,
                    STOPPING,
                    UNREACHABLE,
                    NOT_UNDERSTOOD ->
                new Failure(Reason.REFUSED_BY_REPLICAS, told + "No other replica could take it. Retry.");
        };
    }

    public static Failure notSettled(String subject, Candidates candidates) {
        return new Failure(
                Reason.TOO_FEW_REPLICAS,
                subject
                        + " failed: it was to be monotonic, the replicas differ, and what it read could not be brought to a majority"
                        + " of " + names(candidates.nodes())
                        + ". Reading again is safe; without monotonic it needs only "
                        + candidates.level() + ".");
    }

    public static Failure notSettledInTime(String subject, Candidates candidates) {
        return new Failure(
                Reason.DEADLINE,
                subject
                        + " was cancelled at its deadline: it was to be monotonic, and what it read had not "
                        + "been brought to a majority of " + names(candidates.nodes()) + ". Reading again is safe.");
    }

    public static Failure sessionNotReached(String subject, Candidates candidates) {
        return new Failure(
                Reason.DEADLINE,
                subject
                        + " was cancelled at its deadline: the replicas that answered lack writes that the "
                        + "context covers, and those that have them are not among "
                        + names(candidates.which(candidates::isReachable))
                        + " or have not passed them on yet. Reading again is safe; without the context the answer may be older.");
    }

    public static Failure unknown(
            String subject, Candidates candidates, AckTracker acks, String requestId, String last) {
        return new Failure(
                Reason.LEVEL_LOST,
                subject + " has an unknown outcome: it was sent, but " + reached(candidates, acks) + " (" + last
                        + "). It may take effect. Retry it with request id " + quoted(requestId) + " to make sure.");
    }

    public static Failure unknownAtDeadline(String subject, Candidates candidates, AckTracker acks, String requestId) {
        return new Failure(
                Reason.DEADLINE,
                subject + " has an unknown outcome: at its deadline " + reached(candidates, acks)
                        + ". It may take effect. Retry it with request id " + quoted(requestId) + " to make sure.");
    }

    public static Failure scanLevelImpossible(Consistency level, int replicas) {
        return new Failure(
                Reason.LEVEL_IMPOSSIBLE,
                "The scan was not done: " + level + " asks for " + level.required(replicas)
                        + " replicas and each key has only " + replicas + ". Ask for ONE or ALL.");
    }

    /** @param last what the last storage that failed said; empty when none was asked in vain */
    public static Failure scanTooFew(
            ScanTargets ground, boolean[] usable, Consistency level, int required, String last) {
        List<NodeId> missing = new ArrayList<>();
        for (int node = 0; node < usable.length; node++) {
            if (!usable[node]) {
                missing.add(ground.nodes().get(node));
            }
        }
        return new Failure(
                Reason.TOO_FEW_REPLICAS,
                "The scan was not done: " + level + " needs " + required
                        + " replicas of every partition, and some have fewer that can be reached and answer; not "
                        + names(missing) + (last.isEmpty() ? "" : " (last, " + last + ")")
                        + ". Retry when they are back, or use a lower consistency level.");
    }

    public static Failure scanExpired() {
        return new Failure(
                Reason.DEADLINE,
                "The scan was cancelled at its deadline. Request the same page again, with a longer "
                        + "deadline or a smaller page.");
    }

    private static String reached(Candidates candidates, AckTracker acks) {
        return level(candidates) + ", and " + count(candidates.which(acks::isDone))
                + " had confirmed that it is durable";
    }

    private static String level(Candidates candidates) {
        return candidates.level() + " needs " + candidates.required() + " of the replicas " + names(candidates.nodes());
    }

    private static String count(List<NodeId> nodes) {
        return nodes.isEmpty() ? "none" : "only " + nodes.size() + " (" + names(nodes) + ")";
    }

    public static String names(List<NodeId> nodes) {
        return nodes.isEmpty() ? "none" : nodes.stream().map(NodeId::name).collect(Collectors.joining(", "));
    }

    /** Quoted, and cut to what fits into the trailer of a call. */
    private static String quoted(String text) {
        return '"' + (text.length() <= LONGEST_QUOTE ? text : text.substring(0, LONGEST_QUOTE) + "…") + '"';
    }
}
