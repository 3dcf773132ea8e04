package io.dotkv.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.gossip.rumour.Rumour;
import io.dotkv.kernel.ports.Clock;
import io.dotkv.kernel.ports.RandomSource;
import io.dotkv.kernel.ports.SeededRandom;
import io.dotkv.kernel.simulated.SimulatedTime;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** Many nodes' gossip layers on virtual time, over a network that delays, reorders and loses and can cut nodes off. */
public final class GossipNetwork {
    public static final long SECOND = 1_000_000_000L;
    private static final long MILLI = 1_000_000;

    private final SimulatedTime time;
    private final RandomSource random;
    private final Map<String, LocalGossip> nodes = new TreeMap<>();
    private final List<Peer> peers = new ArrayList<>();
    private final Set<String> cutOff = new HashSet<>();
    private final Wire wire;
    private int lossPercent;

    /** Hears of every message that a node sends, lost ones too. */
    public interface Wire {
        void asked(String from, GossipExchange exchange, long nowNanos);

        void answered(String from, GossipExchangeAnswer answer);
    }

    public GossipNetwork(long seed, Wire wire) {
        this.time = new SimulatedTime(seed);
        this.random = new SeededRandom(seed);
        this.wire = wire;
    }

    GossipNetwork(long seed) {
        this(seed, new Wire() {
            @Override
            public void asked(String from, GossipExchange exchange, long nowNanos) {}

            @Override
            public void answered(String from, GossipExchangeAnswer answer) {}
        });
    }

    /** So many nodes, n0 and so on, that are each other's peers and have met. */
    public void startMany(int count) throws IOException {
        startStrangers(count);
        introduce();
    }

    /** So many nodes that do not know of each other. */
    public void startStrangers(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            peers.add(new Peer("n" + i, "n" + i));
            start("n" + i, GenerationStore.inMemory(), time);
        }
    }

    /** Makes all nodes each other's peers, and lets them meet. */
    public void introduce() {
        nodes.values().forEach(node -> assertThat(node.setPeers(peers)).isNotNull());
        time.runFor(2 * SECOND);
    }

    LocalGossip start(String name, GenerationStore generations, Clock clock) throws IOException {
        GossipTransport transport =
                (peer, exchange, timeoutNanos) -> carry(name, peer.address(), exchange, timeoutNanos);
        LocalGossip node = new LocalGossip(
                GossipSettings.defaults(name),
                new GossipPorts(transport, generations, clock, time.process(), random.fork()));
        nodes.put(name, node);
        node.start();
        return node;
    }

    private CompletionStage<GossipExchangeAnswer> carry(
            String from, String to, GossipExchange exchange, long timeoutNanos) {
        CompletableFuture<GossipExchangeAnswer> result = new CompletableFuture<>();
        time.schedule(() -> result.completeExceptionally(new IOException("no answer in time")), timeoutNanos);
        wire.asked(from, exchange, time.monotonicNanos());
        deliver(
                from,
                to,
                () -> node(to).exchange(exchange).whenComplete((answer, failure) -> {
                    if (failure == null) {
                        wire.answered(to, answer);
                        deliver(to, from, () -> result.complete(answer));
                    }
                }));
        return result;
    }

    private void deliver(String from, String to, Runnable arrival) {
        if (random.nextInt(100) >= lossPercent
                && nodes.containsKey(to)
                && !cutOff.contains(from)
                && !cutOff.contains(to)) {
            time.schedule(arrival, MILLI + random.nextInt((int) (10 * MILLI)));
        }
    }

    public SimulatedTime time() {
        return time;
    }

    public RandomSource random() {
        return random;
    }

    public LocalGossip node(String name) {
        return Objects.requireNonNull(nodes.get(name));
    }

    public List<Peer> peers() {
        return peers;
    }

    public void lose(int percent) {
        lossPercent = percent;
    }

    void cutOff(String name) {
        cutOff.add(name);
    }

    void heal() {
        cutOff.clear();
    }

    /** The names of the nodes that have heard of anything in the topic; filled as time goes. */
    public Set<String> hearers(String topic) {
        Set<String> heard = new HashSet<>();
        nodes.keySet().forEach(name -> listen(name, topic, rumour -> heard.add(name)));
        return heard;
    }

    public void listen(String name, String topic, Consumer<Rumour> listener) {
        assertThat(node(name).subscribe(topic, listener)).isNotNull();
    }
}
