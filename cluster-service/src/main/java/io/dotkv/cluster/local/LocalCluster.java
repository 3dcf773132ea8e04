package io.dotkv.cluster.local;

import io.dotkv.cluster.Cluster;
import io.dotkv.cluster.ClusterMessages;
import io.dotkv.cluster.ClusterPeer;
import io.dotkv.cluster.ClusterPorts;
import io.dotkv.cluster.ClusterSettings;
import io.dotkv.cluster.ClusterView;
import io.dotkv.cluster.Member;
import io.dotkv.cluster.MemberFormat;
import io.dotkv.cluster.NotAgreedException;
import io.dotkv.cluster.Now;
import io.dotkv.cluster.ProposalOutcome;
import io.dotkv.cluster.register.Departure;
import io.dotkv.cluster.register.paxos.Accepted;
import io.dotkv.cluster.register.paxos.AcceptorAnswer;
import io.dotkv.cluster.register.paxos.AcceptorQuestion;
import io.dotkv.cluster.register.state.DepartedMember;
import io.dotkv.cluster.register.state.RetirementChange;
import io.dotkv.gossip.rumour.Rumour;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.encoding.ByteReader;
import io.dotkv.kernel.encoding.MalformedException;
import io.dotkv.kernel.ports.Subscription;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The cluster layer of this process: a shell that runs a {@link ClusterNode} on a scheduler and carries out what it
 * wants done. It is both the layer that others above use and the {@link ClusterPeer} that other nodes talk to.
 *
 * <p>Any thread may call; everything runs on the scheduler, deliveries to listeners included, so a listener must not
 * block. Stages complete on the scheduler.
 */
public final class LocalCluster implements Cluster, ClusterPeer, AutoCloseable {
    /** The topic of gossip under which member records spread; the subject is the member's name. */
    public static final String MEMBERS_TOPIC = "members";

    /**
     * The topic under which a member tells that there is a newer agreement; the subject is its name, the payload a
     * version.
     */
    public static final String AGREED_TOPIC = "agreed";

    private static final Logger LOG = LoggerFactory.getLogger(LocalCluster.class);
    private static final long FAREWELL_NANOS = 1_000_000_000;
    private static final long BOOT_NANOS = 10_000_000_000L;
    private static final long DEPART_NANOS = 4_000_000_000L;
    private static final long RETIREMENT_NANOS = 10_000_000_000L;

    private final ClusterSettings settings;
    private final ClusterPorts ports;
    private final ClusterNode node;
    private final Watchers watchers;
    private final ClusterLoop loop;

    /**
     * Begins a new incarnation of the node.
     *
     * @param onFatal told once, on the scheduler, why the node cannot go on; the layer has stopped by then
     * @throws IOException when the state cannot be read or is damaged, or the new incarnation cannot be saved
     */
    public LocalCluster(ClusterSettings settings, ClusterPorts ports, Consumer<String> onFatal) throws IOException {
        this.settings = settings;
        this.ports = ports;
        StateLoader.Start start = new StateLoader(settings.self(), ports).begin();
        Now now = new Now(ports.clock().monotonicNanos(), ports.clock().wallMillis());
        this.node = new ClusterNode(settings, start, ports.random(), ports.secureBytes(), now);
        this.watchers = new Watchers(node.view());
        this.loop = new ClusterLoop(settings, ports, node, watchers, onFatal);
    }

    /** Begins to join, probe and answer. Other nodes should be able to reach this one by then. */
    public void start() {
        ports.scheduler().execute(() -> {
            loop.add(ports.gossip().subscribe(MEMBERS_TOPIC, this::gossipDelivered));
            loop.add(ports.gossip().subscribe(AGREED_TOPIC, this::versionAnnounced));
            tick();
        });
    }

    private void tick() {
        if (!loop.isStopped()) {
            // First of all: whatever goes wrong in a tick, the next one comes.
            ports.scheduler().schedule(this::tick, settings.tickNanos());
            loop.handle(node::tick);
        }
    }

    private void gossipDelivered(Rumour rumour) {
        MemberFormat.Announcement announcement;
        try {
            announcement = ports.format().read(rumour.payload());
        } catch (IllegalArgumentException e) {
            LOG.warn(
                    "Ignored gossip about member {} from {}: {}",
                    rumour.subject(),
                    rumour.version().publisher(),
                    e.getMessage());
            return;
        }
        if (announcement.member().node().name().equals(rumour.subject())) {
            loop.later(now -> node.onGossip(announcement, now));
        }
    }

    private void versionAnnounced(Rumour rumour) {
        try {
            long version = new ByteReader(rumour.payload().array()).readVarint();
            NodeId announcer = new NodeId(rumour.subject());
            loop.later(now -> node.onVersion(announcer, version, now));
        } catch (MalformedException | IllegalArgumentException e) {
            LOG.warn("Ignored gossip about {}: {}", AGREED_TOPIC, e.getMessage());
        }
    }

    /** See {@link io.dotkv.cluster.membership.MemberTable#stateHash}. On the scheduler. */
    long stateHash() {
        return node.table().stateHash();
    }

    @Override
    public CompletionStage<ClusterView> view() {
        return loop.call(now -> completed(node.view()));
    }

    private static <T> CompletionStage<T> completed(T answer) {
        return CompletableFuture.completedStage(answer);
    }

    @Override
    public Subscription watch(Consumer<ClusterView> listener) {
        return watchers.add(listener, ports.scheduler());
    }

    /** Makes a boot known to all members by gossip; done when it is durable here. For tests of how news spreads. */
    CompletionStage<Void> recordBoot(int boot) {
        return loop.call(now -> {
                    node.recordBoot(boot, now);
                    return completed(true);
                })
                .thenAccept(done -> {});
    }

    @Override
    public CompletionStage<AgreedBoot> boot(BootRequest request) {
        if (request.above() < 0 || request.above() > Member.MAX_BOOT || request.life() == 0) {
            return CompletableFuture.failedStage(new IllegalArgumentException(
                    "a boot is asked for by a process with a life other than 0, above 0 to " + Member.MAX_BOOT));
        }
        return loop.call(now -> agreed(node.boot(request, BOOT_NANOS, now))
                .thenApply(changed -> node.register().bootOf(settings.self()).orElseThrow()));
    }

    @Override
    public CompletionStage<Void> agreeOn(String clusterId, RetirementChange change) {
        return loop.call(now -> {
            node.admission().checkCluster(clusterId);
            return agreed(node.propose(change, RETIREMENT_NANOS, now)).thenAccept(changed -> {});
        });
    }

    @Override
    public CompletionStage<Departed> remove(NodeId target, boolean force) {
        return depart(target, DepartedMember.How.REMOVED, force);
    }

    @Override
    public CompletionStage<Departed> leaveForGood(boolean force) {
        return depart(settings.self(), DepartedMember.How.LEFT, force);
    }

    private CompletionStage<Departed> depart(NodeId member, DepartedMember.How how, boolean force) {
        return loop.call(now -> {
            Departure departure = node.register().departure(member, how, force);
            return departure.change().isEmpty()
                    ? completed(departure.who())
                    : agreed(node.propose(departure.change().get(), DEPART_NANOS, now))
                            .thenApply(changed -> departure.who());
        });
    }

    /** Completes when that is agreed; fails when it is refused or not decided in time. */
    private CompletionStage<ProposalOutcome.Changed> agreed(long id) {
        return loop.outcome(id).thenApply(outcome -> switch (outcome) {
            case ProposalOutcome.Changed changed -> changed;
            case ProposalOutcome.Refused refused -> throw new NotAgreedException(refused, refused.sentence());
            case ProposalOutcome.Undecided undecided ->
                throw new NotAgreedException(
                        undecided, ClusterMessages.undecided(node.register().acceptorCount()));
        });
    }

    @Override
    public CompletionStage<ProbeAnswer> probe(Probe probe) {
        return loop.call(now -> completed(node.onProbe(probe, now)));
    }

    @Override
    public CompletionStage<AcceptorAnswer> ask(AcceptorQuestion question) {
        return loop.call(now -> completed(node.register().onQuestion(question)));
    }

    @Override
    public CompletionStage<Decided> propose(Proposal proposal) {
        return loop.call(now -> {
            node.admission().checkCluster(proposal.clusterId());
            return loop.outcome(node.onProposal(proposal.change(), now))
                    .thenApply(outcome -> new Decided(outcome, node.register().newerThan(proposal.version())));
        });
    }

    @Override
    public CompletionStage<Optional<Accepted>> agreed(String clusterId, long version) {
        return loop.call(now -> {
            node.admission().checkCluster(clusterId);
            return completed(node.register().newerThan(version));
        });
    }

    @Override
    public CompletionStage<Optional<Member>> probeIndirectly(IndirectProbe probe) {
        return loop.call(now -> node.membership()
                .targetOf(probe)
                .map(target -> whoIsAt(target, Math.min(probe.timeoutNanos(), settings.longestProbeTimeoutNanos())))
                .orElse(completed(Optional.empty())));
    }

    /** Who answers where that member is; nobody, if it is empty. */
    private CompletionStage<Optional<Member>> whoIsAt(Member target, long timeoutNanos) {
        return ports.transport()
                .at(target.clusterAddress(), timeoutNanos)
                .probe(node.membership().bareProbeOf(target))
                .handle((answer, failure) -> Optional.ofNullable(answer).map(ProbeAnswer::target));
    }

    @Override
    public CompletionStage<Knowledge> exchange(Knowledge knowledge) {
        return loop.call(now -> {
            Optional<Member> incumbent = node.admission().incumbent(knowledge.sender());
            return incumbent.isEmpty()
                    ? completed(node.onExchange(knowledge, now))
                    : whoIsAt(incumbent.get(), settings.probeTimeoutNanos())
                            .thenCompose(answer -> judge(knowledge, incumbent.get(), answer));
        });
    }

    private CompletionStage<Knowledge> judge(Knowledge newcomer, Member incumbent, Optional<Member> answer) {
        return loop.call(now -> {
            node.admission().judgeClaim(newcomer.sender(), incumbent, answer);
            return completed(node.onExchange(newcomer, now));
        });
    }

    @Override
    public CompletionStage<FormAnswer> form(FormStep step) {
        return loop.call(now -> completed(node.onStep(step, now)));
    }

    /**
     * Tells a few members that this node leaves on its own wish, then stops.
     *
     * @return done when they were told, or after a second
     */
    public CompletionStage<Void> leave() {
        CompletableFuture<Void> left = new CompletableFuture<>();
        ports.scheduler().execute(() -> {
            if (loop.isStopped()) {
                left.complete(null);
                return;
            }
            loop.handle(node::leave);
            loop.stop();
            ports.scheduler().schedule(() -> left.complete(null), FAREWELL_NANOS);
            loop.told().whenComplete((done, failure) -> left.complete(null));
        });
        return left;
    }

    /** {@linkplain #leave Leaves}, waiting a little more than a second at most. Not to be called on the scheduler. */
    @Override
    public void close() {
        try {
            leave().toCompletableFuture().get(FAREWELL_NANOS + FAREWELL_NANOS / 5, TimeUnit.NANOSECONDS);
        } catch (TimeoutException | ExecutionException e) {
            LOG.warn("Node {} stopped without notifying the other members.", settings.self());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
