package io.dotkv.cluster.local;

import io.dotkv.cluster.Cluster;
import io.dotkv.cluster.ClusterPeer;
import io.dotkv.cluster.ClusterPorts;
import io.dotkv.cluster.ClusterSettings;
import io.dotkv.cluster.ClusterView;
import io.dotkv.cluster.Member;
import io.dotkv.cluster.MemberFormat;
import io.dotkv.cluster.Now;
import io.dotkv.cluster.register.paxos.Accepted;
import io.dotkv.cluster.register.paxos.AcceptorAnswer;
import io.dotkv.cluster.register.paxos.AcceptorQuestion;
import io.dotkv.cluster.register.state.RetirementChange;
import io.dotkv.gossip.rumour.Rumour;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.encoding.ByteReader;
import io.dotkv.kernel.encoding.MalformedException;
import io.dotkv.kernel.ports.Subscription;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
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

    private final ClusterSettings settings;
    private final ClusterPorts ports;
    private final Consumer<String> onFatal;
    private final ClusterNode node;
    private final EffectExecutor carrier;
    private final AgreementCalls agreements;
    private final Watchers watchers;
    private final List<Subscription> gossip = new ArrayList<>();
    private final List<Runnable> afterwards = new ArrayList<>();
    private boolean stopped;

    /**
     * Begins a new incarnation of the node.
     *
     * @param onFatal told once, on the scheduler, why the node cannot go on; the layer has stopped by then
     * @throws IOException when the state cannot be read or is damaged, or the new incarnation cannot be saved
     */
    public LocalCluster(ClusterSettings settings, ClusterPorts ports, Consumer<String> onFatal) throws IOException {
        this.settings = settings;
        this.ports = ports;
        this.onFatal = onFatal;
        ClusterNode.Beginning beginning = new StateLoader(settings.self(), ports).begin();
        this.node = new ClusterNode(settings, beginning, ports.random(), ports.secureBytes(), now());
        this.watchers = new Watchers(node.view());
        this.agreements = new AgreementCalls(node, this);
        this.carrier = new EffectExecutor(settings, ports, node, this);
    }

    /** Begins to join, probe and answer. Other nodes should be able to reach this one by then. */
    public void start() {
        ports.scheduler().execute(() -> {
            gossip.add(ports.gossip().subscribe(MEMBERS_TOPIC, this::gossipDelivered));
            gossip.add(ports.gossip().subscribe(AGREED_TOPIC, this::agreementAnnounced));
            tick();
        });
    }

    private void tick() {
        // First of all: whatever goes wrong in a tick, the next one comes.
        ports.scheduler().schedule(this::tickUnlessStopped, settings.tickNanos());
        handle(() -> node.tick(now()));
    }

    private void tickUnlessStopped() {
        if (!stopped) {
            tick();
        }
    }

    Now now() {
        return new Now(ports.clock().monotonicNanos(), ports.clock().wallMillis());
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
            later(() -> node.gossipDelivered(announcement, now()));
        }
    }

    private void agreementAnnounced(Rumour rumour) {
        try {
            long version = new ByteReader(rumour.payload().array()).readVarint();
            NodeId announcer = new NodeId(rumour.subject());
            later(() -> node.agreementAnnounced(announcer, version, now()));
        } catch (MalformedException | IllegalArgumentException e) {
            LOG.warn("Ignored gossip about {}: {}", AGREED_TOPIC, e.getMessage());
        }
    }

    /** Handles an event on the scheduler, soon. */
    void later(Runnable event) {
        ports.scheduler().execute(() -> {
            if (!stopped) {
                handle(event);
            }
        });
    }

    /** Reports how something went that was sent: the answer, or else the failure. */
    <T> void report(CompletionStage<T> sent, BiConsumer<Optional<T>, @Nullable Throwable> event) {
        sent.whenComplete((answer, failure) -> later(() -> {
            if (failure == null) {
                event.accept(Optional.of(answer), null);
            } else {
                event.accept(Optional.empty(), cause(failure));
            }
        }));
    }

    static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    private void handle(Runnable event) {
        try {
            event.run();
        } finally {
            carryOut();
        }
    }

    private void carryOut() {
        for (ClusterEffect effect : node.effects(now())) {
            try {
                carrier.carry(effect);
            } catch (IOException e) {
                stop("The state of the cluster layer of node " + settings.self()
                        + " could not be saved, so the node stops: " + e.getMessage());
            } catch (RuntimeException e) {
                // One thing that cannot be done, such as a call to an address that is none, keeps no other from being
                // done.
                LOG.error("The cluster layer of node {} failed to carry out {}.", settings.self(), effect, e);
            }
            if (stopped) {
                break;
            }
        }
        List<Runnable> due = List.copyOf(afterwards);
        afterwards.clear();
        due.forEach(Runnable::run);
    }

    /** Told by the core what something came to; it is passed on once all that it follows from is durable. */
    <T> Consumer<T> completing(CompletableFuture<T> result) {
        return value -> afterwards.add(() -> {
            if (stopped) {
                result.completeExceptionally(hasStopped());
            } else {
                result.complete(value);
            }
        });
    }

    /** Stops for a reason that the owner must hear. */
    void stop(String sentence) {
        if (!stopped) {
            stopNow();
            LOG.error("{}", sentence);
            onFatal.accept(sentence);
        }
    }

    /** See {@link MemberTable#stateHash}. On the scheduler. */
    long stateHash() {
        return node.table().stateHash();
    }

    void show(ClusterView view) {
        watchers.show(view);
    }

    @Override
    public CompletionStage<ClusterView> view() {
        return call(() -> CompletableFuture.completedStage(node.view()));
    }

    @Override
    public Subscription watch(Consumer<ClusterView> listener) {
        return watchers.add(listener, ports.scheduler());
    }

    /** Makes a boot known to all members by gossip; done when it is durable here. For tests of how news spreads. */
    CompletionStage<Void> recordBoot(int boot) {
        return call(() -> {
                    node.recordBoot(boot, now());
                    return CompletableFuture.completedStage(true);
                })
                .thenAccept(done -> {});
    }

    @Override
    public CompletionStage<AgreedBoot> boot(BootRequest request) {
        return agreements.boot(request);
    }

    @Override
    public CompletionStage<Void> agreeOn(String clusterId, RetirementChange change) {
        return agreements.agreeOn(clusterId, change);
    }

    @Override
    public CompletionStage<Departed> remove(NodeId target, boolean force) {
        return agreements.remove(target, force);
    }

    @Override
    public CompletionStage<Departed> leaveForGood(boolean force) {
        return agreements.leaveForGood(settings.self(), force);
    }

    @Override
    public CompletionStage<ProbeAnswer> probe(Probe probe) {
        return call(() -> CompletableFuture.completedStage(node.answer(probe, now())));
    }

    @Override
    public CompletionStage<AcceptorAnswer> ask(AcceptorQuestion question) {
        return call(() -> CompletableFuture.completedStage(node.registrar().answer(question)));
    }

    @Override
    public CompletionStage<Decided> propose(Proposal proposal) {
        return agreements.propose(proposal);
    }

    @Override
    public CompletionStage<Optional<Accepted>> agreed(String clusterId, long version) {
        return call(() -> {
            node.admission().checkCluster(clusterId);
            return CompletableFuture.completedStage(node.registrar().register().newerThan(version));
        });
    }

    @Override
    public CompletionStage<Optional<Member>> probeIndirectly(IndirectProbe probe) {
        return call(() -> node.membership()
                .targetOf(probe)
                .map(target -> ask(target, Math.min(probe.timeoutNanos(), settings.longestProbeTimeoutNanos())))
                .orElse(CompletableFuture.completedStage(Optional.empty())));
    }

    /** Who answers where that member is; nobody, if it is empty. */
    CompletionStage<Optional<Member>> ask(Member target, long timeoutNanos) {
        return ports.transport()
                .at(target.clusterAddress(), timeoutNanos)
                .probe(node.membership().bareProbeOf(target))
                .handle((answer, failure) -> Optional.ofNullable(answer).map(ProbeAnswer::target));
    }

    @Override
    public CompletionStage<Knowledge> exchange(Knowledge knowledge) {
        return call(() -> {
            Optional<Member> incumbent = node.admission().incumbent(knowledge.sender());
            if (incumbent.isEmpty()) {
                return CompletableFuture.completedStage(node.answer(knowledge, now()));
            }
            return ask(incumbent.get(), settings.probeTimeoutNanos())
                    .thenCompose(answer -> call(() -> {
                        node.admission().judgeClaim(knowledge.sender(), incumbent.get(), answer);
                        return CompletableFuture.completedStage(node.answer(knowledge, now()));
                    }));
        });
    }

    @Override
    public CompletionStage<FormAnswer> form(FormStep step) {
        return call(() -> CompletableFuture.completedStage(node.answer(step, now())));
    }

    /* The answer goes out only after the effects of the event have been carried out. */
    <T> CompletionStage<T> call(Supplier<CompletionStage<T>> work) {
        CompletableFuture<T> result = new CompletableFuture<>();
        ports.scheduler().execute(() -> {
            if (stopped) {
                result.completeExceptionally(hasStopped());
                return;
            }
            CompletionStage<T> answer = run(work);
            carryOut();
            if (stopped) {
                result.completeExceptionally(hasStopped());
                return;
            }
            answer.whenComplete((value, failure) -> {
                if (failure == null) {
                    result.complete(value);
                } else {
                    result.completeExceptionally(cause(failure));
                }
            });
        });
        return result;
    }

    private static <T> CompletionStage<T> run(Supplier<CompletionStage<T>> work) {
        try {
            return work.get();
        } catch (RuntimeException e) {
            return CompletableFuture.failedStage(e);
        }
    }

    private IllegalStateException hasStopped() {
        return new IllegalStateException("the cluster layer of node " + settings.self() + " has stopped");
    }

    /**
     * Tells a few members that this node leaves on its own wish, then stops.
     *
     * @return done when they were told, or after a second
     */
    public CompletionStage<Void> leave() {
        CompletableFuture<Void> left = new CompletableFuture<>();
        ports.scheduler().execute(() -> {
            if (stopped) {
                left.complete(null);
                return;
            }
            node.leave(now());
            carryOut();
            stopNow();
            ports.scheduler().schedule(() -> left.complete(null), FAREWELL_NANOS);
            carrier.told().whenComplete((done, failure) -> left.complete(null));
        });
        return left;
    }

    private void stopNow() {
        stopped = true;
        gossip.forEach(Subscription::close);
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
