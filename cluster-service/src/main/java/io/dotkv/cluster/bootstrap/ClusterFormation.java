package io.dotkv.cluster.bootstrap;

import io.dotkv.cluster.ClusterPeer.FormAnswer;
import io.dotkv.cluster.ClusterPeer.FormStep;
import io.dotkv.cluster.ClusterSettings;
import io.dotkv.cluster.Now;
import io.dotkv.cluster.layout.Formation;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.NodeId;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Forms the cluster: the member with the smallest name proposes the facts to all founders, each gives a durable
 * promise, and when all have, the facts are agreed. Nothing less than all will do, which is what makes two clusters
 * impossible; see {@code docs/decisions/0002-formation.md} for the argument.
 *
 * <p>{@link Bootstrap} has {@link #promises} and {@link #formation} saved before sending or answering anything,
 * whenever a call has changed them. One thread.
 */
public final class ClusterFormation {
    private static final int ID_BYTES = 16;
    private static final int KEY_BYTES = 32;

    private final ClusterSettings settings;
    private final String instance;
    private final IntFunction<byte[]> secureBytes;
    private Optional<Formation> formation;
    private Promises promises;
    private @Nullable Attempt attempt;

    private static final class Attempt {
        private final Formation proposal;
        private final TreeSet<NodeId> missing;
        private long nextSendNanos;

        private Attempt(Formation proposal, NodeId self) {
            this.proposal = proposal;
            this.missing = new TreeSet<>(proposal.members());
            missing.remove(self);
        }
    }

    public ClusterFormation(
            ClusterSettings settings,
            String instance,
            Optional<Formation> formation,
            Promises promises,
            IntFunction<byte[]> secureBytes) {
        this.settings = settings;
        this.instance = instance;
        this.formation = formation;
        this.promises = promises;
        this.secureBytes = secureBytes;
    }

    public Optional<Formation> formation() {
        return formation;
    }

    public Promises promises() {
        return promises;
    }

    /** The cluster's id, empty while forming. */
    public String clusterId() {
        return formation.map(Formation::clusterId).orElse("");
    }

    /** Takes agreed facts; a node that has others already must not ask. */
    public void take(Formation agreed) {
        formation = Optional.of(agreed);
        promises = Promises.NONE;
        attempt = null;
    }

    /**
     * What to ask of whom now. Empty unless this node is the one to form the cluster and enough members have met.
     *
     * @param alive the names of all members that are alive, this node among them, in order
     */
    public List<NodeId> tick(List<NodeId> alive, Function<NodeId, Optional<String>> instanceOf, Now now) {
        if (formation.isPresent() || alive.size() < settings.expect()) {
            return List.of();
        }
        List<NodeId> founders = List.copyOf(alive.subList(0, settings.expect()));
        if (!founders.getFirst().equals(settings.self()) || !isProposing(founders, instanceOf)) {
            return List.of();
        }
        Attempt current = attempt;
        if (current == null || now.nanos() < current.nextSendNanos) {
            return List.of();
        }
        current.nextSendNanos = now.nanos() + settings.exchangeTimeoutNanos();
        return List.copyOf(current.missing);
    }

    private boolean isProposing(List<NodeId> founders, Function<NodeId, Optional<String>> instanceOf) {
        if (attempt != null && isOf(attempt.proposal, founders, instanceOf) && holdsOwnPromise(attempt)) {
            return true;
        }
        if (promises.against(founders, instanceOf).isPresent()) {
            return false;
        }
        List<String> instances = founders.stream()
                .map(founder -> founder.equals(settings.self())
                        ? instance
                        : instanceOf.apply(founder).orElse(""))
                .toList();
        String clusterId = HexFormat.of().formatHex(secureBytes.apply(ID_BYTES));
        Bytes key = Bytes.wrap(secureBytes.apply(KEY_BYTES));
        Formation proposal =
                Formation.first(clusterId, key, founders, instances, settings.partitions(), settings.replicas());
        attempt = new Attempt(proposal, settings.self());
        promises = promises.with(new Promise(settings.self(), instance, clusterId, founders));
        return true;
    }

    private boolean isOf(Formation proposal, List<NodeId> founders, Function<NodeId, Optional<String>> instanceOf) {
        return proposal.members().equals(founders)
                && founders.stream()
                        .allMatch(founder -> founder.equals(settings.self())
                                || proposal.isFoundedBy(
                                        founder, instanceOf.apply(founder).orElse("")));
    }

    private boolean holdsOwnPromise(Attempt held) {
        return promises.isLast(held.proposal.clusterId());
    }

    /** The proposal to send. */
    public Optional<FormStep> proposal() {
        return Optional.ofNullable(attempt).map(current -> step(current.proposal, false));
    }

    /** The agreement to send. */
    public Optional<FormStep> commitment() {
        return formation.map(agreed -> step(agreed, true));
    }

    private FormStep step(Formation facts, boolean commit) {
        return new FormStep(settings.self(), instance, facts, commit);
    }

    /** Whether all founders have promised: then the facts are agreed and were taken. */
    public boolean commitIfUnanimous() {
        Attempt current = attempt;
        if (formation.isPresent() || current == null || !current.missing.isEmpty() || !holdsOwnPromise(current)) {
            return false;
        }
        take(current.proposal);
        return true;
    }

    /** A founder promised. */
    public void promised(NodeId founder, Formation proposal) {
        if (attempt != null && attempt.proposal.clusterId().equals(proposal.clusterId())) {
            attempt.missing.remove(founder);
        }
    }

    /** Answers another node's step. */
    public FormAnswer answer(FormStep step, Function<NodeId, Optional<String>> instanceOf) {
        List<NodeId> founders = step.formation().members();
        if (formation.isPresent()) {
            boolean same = formation.get().clusterId().equals(step.formation().clusterId());
            String reason = same ? "" : settings.self() + " is already a member of " + formation.get();
            return new FormAnswer(same, reason, formation);
        }
        if (step.commit()) {
            take(step.formation());
            return new FormAnswer(true, "", formation);
        }
        if (!founders.contains(settings.self()) || !founders.getFirst().equals(step.former())) {
            return refusal("only the first of the founders can propose, and only to founders");
        }
        if (!step.formation().isFoundedBy(settings.self(), instance)) {
            return refusal(step.former() + " proposes a life of " + settings.self() + " that is over");
        }
        if (!promises.isLast(step.formation().clusterId())) {
            Optional<Promise> against = promises.against(founders, instanceOf);
            if (against.isPresent()) {
                return refusal(settings.self() + " has promised to form a cluster with "
                        + against.get().former() + ", who may have completed it; it waits for news of that node");
            }
            promises = promises.with(new Promise(
                    step.former(), step.formerInstance(), step.formation().clusterId(), founders));
        }
        return new FormAnswer(true, "", Optional.empty());
    }

    private static FormAnswer refusal(String reason) {
        return new FormAnswer(false, reason, Optional.empty());
    }
}
