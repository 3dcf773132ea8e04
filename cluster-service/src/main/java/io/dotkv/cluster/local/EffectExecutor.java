package io.dotkv.cluster.local;

import io.dotkv.cluster.ClusterPeer;
import io.dotkv.cluster.ClusterPorts;
import io.dotkv.cluster.ClusterSettings;
import io.dotkv.cluster.ClusterStore.Document;
import io.dotkv.cluster.Member;
import io.dotkv.cluster.bootstrap.BootstrapEffect;
import io.dotkv.cluster.membership.MembershipEffect;
import io.dotkv.cluster.register.RegisterEffect;
import io.dotkv.cluster.register.format.RegisterFormat;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.encoding.ByteWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries out what the core wants done, and reports to it how that went. Runs on the scheduler. */
final class EffectExecutor {
    private static final Logger LOG = LoggerFactory.getLogger(LocalCluster.class);
    private static final int ADDRESSES_PER_SEED = 16;

    private final ClusterSettings settings;
    private final ClusterPorts ports;
    private final ClusterNode node;
    private final Watchers watchers;
    private final ClusterLoop loop;
    private final List<CompletionStage<?>> told = new ArrayList<>();

    EffectExecutor(
            ClusterSettings settings, ClusterPorts ports, ClusterNode node, Watchers watchers, ClusterLoop loop) {
        this.settings = settings;
        this.ports = ports;
        this.node = node;
        this.watchers = watchers;
        this.loop = loop;
    }

    /** Does it, or begins to. */
    void carry(ClusterEffect effect) throws IOException {
        switch (effect) {
            case ClusterEffect.Save save ->
                ports.store().save(Document.MEMBERS, save.state().encode());
            case ClusterEffect.SaveAgreed save ->
                ports.store().save(Document.AGREED, Bytes.wrap(RegisterFormat.encode(save.agreed())));
            case ClusterEffect.SaveAcceptor save ->
                ports.store().save(Document.ACCEPTOR, Bytes.wrap(RegisterFormat.encode(save.record())));
            case ClusterEffect.OfMembership membership -> carry(membership.effect());
            case ClusterEffect.OfBootstrap bootstrap -> carry(bootstrap.effect());
            case ClusterEffect.OfRegister register -> carry(register.effect());
            case ClusterEffect.GossipWith with ->
                warnOnFailure(ports.gossip().setPeers(with.peers()), "be told its peers");
            case ClusterEffect.Show show -> watchers.show(show.view());
            case ClusterEffect.Answer(RegisterEffect.Decided decided) -> loop.complete(decided.id(), decided.outcome());
        }
    }

    private void carry(MembershipEffect.External effect) {
        switch (effect) {
            case MembershipEffect.SendProbe probe -> send(probe);
            case MembershipEffect.AskHelper ask -> send(ask);
            case MembershipEffect.ProbeRival probe ->
                loop.report(
                        at(probe.rival().clusterAddress(), settings.probeTimeoutNanos())
                                .probe(probe.probe()),
                        (answer, failure) -> node.onRivalAnswer(
                                probe.rival(), answer.map(ClusterPeer.ProbeAnswer::target), loop.now()));
            case MembershipEffect.TellOf tell -> {
                told.removeIf(earlier -> earlier.toCompletableFuture().isDone());
                told.add(at(tell.member().clusterAddress(), settings.probeTimeoutNanos())
                        .probe(tell.self()));
            }
            case MembershipEffect.Announce announce -> publish(announce);
            case MembershipEffect.Log log -> LOG.info("{}", log.line());
            case MembershipEffect.Stop stop -> loop.stop(stop.sentence());
        }
    }

    private void carry(BootstrapEffect.External effect) {
        switch (effect) {
            case BootstrapEffect.Contact contact -> send(contact);
            case BootstrapEffect.ContactSeed contact -> send(contact);
            case BootstrapEffect.SendStep step -> send(step);
            case BootstrapEffect.Log log -> LOG.info("{}", log.line());
            case BootstrapEffect.Warn warn -> LOG.warn("{}", warn.line());
            case BootstrapEffect.Stop stop -> loop.stop(stop.sentence());
        }
    }

    private void carry(RegisterEffect.External effect) {
        switch (effect) {
            case RegisterEffect.Ask ask -> send(ask);
            case RegisterEffect.HandOver hand -> send(hand);
            case RegisterEffect.Fetch fetch ->
                loop.report(
                        at(fetch.address(), settings.exchangeTimeoutNanos()).agreed(fetch.clusterId(), fetch.version()),
                        (answer, failure) ->
                                answer.flatMap(newer -> newer).ifPresent(value -> node.onFetched(value, loop.now())));
            case RegisterEffect.AnnounceVersion announce -> publish(announce);
            case RegisterEffect.Stop stop -> loop.stop(stop.sentence());
        }
    }

    private void send(RegisterEffect.Ask ask) {
        node.table()
                .get(ask.question().to().node())
                .ifPresent(member -> loop.report(
                        at(member.clusterAddress(), settings.exchangeTimeoutNanos())
                                .ask(ask.question()),
                        (answer, failure) -> answer.ifPresent(said -> node.onAcceptorAnswer(said, loop.now()))));
    }

    /** Done when all who were told of this node have heard it, or have not. */
    CompletionStage<Void> told() {
        return CompletableFuture.allOf(
                told.stream().map(CompletionStage::toCompletableFuture).toArray(CompletableFuture<?>[]::new));
    }

    private ClusterPeer at(String address, long timeoutNanos) {
        return ports.transport().at(address, timeoutNanos);
    }

    private void send(MembershipEffect.SendProbe probe) {
        Member target = probe.target();
        long sentNanos = loop.now().nanos();
        loop.report(at(target.clusterAddress(), probe.timeoutNanos()).probe(probe.probe()), (answer, failure) -> {
            if (answer.isPresent()) {
                node.onProbeAnswer(target, answer.get(), sentNanos, loop.now());
            } else {
                node.onProbeFailure(target, Objects.requireNonNull(failure), sentNanos, loop.now());
            }
        });
    }

    private void send(MembershipEffect.AskHelper ask) {
        loop.report(
                at(ask.helper().clusterAddress(), ask.timeoutNanos()).probeIndirectly(ask.probe()),
                (answer, failure) -> node.onHelperAnswer(
                        ask.target(), answer.isPresent(), answer.flatMap(found -> found), loop.now()));
    }

    private void send(BootstrapEffect.Contact contact) {
        exchange(contact.address(), contact.address(), node.knowledge())
                .whenComplete((done, failure) -> loop.later(now -> node.onExchangesOver(contact.address())));
    }

    private void send(BootstrapEffect.ContactSeed contact) {
        String seed = contact.seed();
        ClusterPeer.Knowledge knowledge = node.knowledge();
        ports.transport()
                .resolve(seed)
                .thenCompose(addresses -> {
                    List<CompletableFuture<Void>> exchanges = new ArrayList<>();
                    for (String address : addresses.subList(0, Math.min(ADDRESSES_PER_SEED, addresses.size()))) {
                        exchanges.add(exchange(seed, address, knowledge).toCompletableFuture());
                    }
                    return CompletableFuture.allOf(exchanges.toArray(new CompletableFuture<?>[0]));
                })
                .whenComplete((done, failure) -> loop.later(now -> {
                    node.onExchangesOver(seed);
                    if (failure != null) {
                        node.onExchangeFailure(seed, ClusterLoop.cause(failure), loop.now());
                    }
                }));
    }

    /** Done, in every case, when the peer has answered or has not. */
    private CompletionStage<Void> exchange(String where, String address, ClusterPeer.Knowledge knowledge) {
        CompletionStage<ClusterPeer.Knowledge> sent =
                at(address, settings.exchangeTimeoutNanos()).exchange(knowledge);
        loop.report(sent, (answer, failure) -> {
            if (answer.isPresent()) {
                node.onExchangeAnswer(where, answer.get(), loop.now());
            } else {
                node.onExchangeFailure(where, Objects.requireNonNull(failure), loop.now());
            }
        });
        return sent.handle((answer, failure) -> Optional.empty()).thenAccept(done -> {});
    }

    private void send(BootstrapEffect.SendStep send) {
        loop.report(
                at(send.founder().clusterAddress(), settings.exchangeTimeoutNanos())
                        .form(send.step()),
                (answer, failure) ->
                        answer.ifPresent(given -> node.onStepAnswer(send.founder(), send.step(), given, loop.now())));
    }

    private void send(RegisterEffect.HandOver hand) {
        loop.report(proposed(hand), (answer, failure) -> node.onHandedOver(hand.id(), answer, loop.now()));
    }

    /* A proposal waits for its proposer, so it hears also of an address that nothing can be sent to. */
    private CompletionStage<ClusterPeer.Decided> proposed(RegisterEffect.HandOver hand) {
        try {
            return at(hand.proposer().clusterAddress(), hand.timeoutNanos()).propose(hand.proposal());
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private void publish(RegisterEffect.AnnounceVersion announce) {
        ByteWriter version = new ByteWriter(10);
        version.writeVarint(announce.version());
        warnOnFailure(
                ports.gossip()
                        .publish(LocalCluster.AGREED_TOPIC, settings.self().name(), Bytes.wrap(version.toByteArray())),
                "publish that there is a newer agreement");
    }

    private void publish(MembershipEffect.Announce announce) {
        warnOnFailure(
                ports.gossip()
                        .publish(
                                LocalCluster.MEMBERS_TOPIC,
                                announce.announcement().member().node().name(),
                                ports.format().write(announce.announcement())),
                "publish about member " + announce.announcement().member().node());
    }

    private static void warnOnFailure(CompletionStage<?> stage, String what) {
        stage.whenComplete((done, failure) -> {
            if (failure != null) {
                LOG.warn("The gossip layer could not {}: {}", what, failure.toString());
            }
        });
    }
}
