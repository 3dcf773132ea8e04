package io.dotkv.gossip.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.dotkv.gossip.GenerationStore;
import io.dotkv.gossip.Gossip;
import io.dotkv.gossip.GossipFullException;
import io.dotkv.gossip.GossipPorts;
import io.dotkv.gossip.GossipSettings;
import io.dotkv.gossip.LocalGossip;
import io.dotkv.gossip.Peer;
import io.dotkv.gossip.rumour.RumourSettings;
import io.dotkv.gossip.system.FileGenerationStore;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.ports.SeededRandom;
import io.dotkv.kernel.ports.Subscription;
import io.dotkv.kernel.system.SystemClock;
import io.dotkv.kernel.system.ThreadScheduler;
import io.dotkv.proto.gossip.v1.DigestEntry;
import io.dotkv.proto.gossip.v1.ExchangeRequest;
import io.dotkv.proto.gossip.v1.GossipServiceGrpc;
import io.dotkv.proto.gossip.v1.GossipServiceGrpc.GossipServiceBlockingStub;
import io.dotkv.proto.gossip.v1.PublishRequest;
import io.dotkv.proto.gossip.v1.RangeHashes;
import io.dotkv.proto.gossip.v1.Rumour;
import io.dotkv.proto.gossip.v1.SetPeersRequest;
import io.dotkv.proto.gossip.v1.SubjectRange;
import io.dotkv.proto.gossip.v1.SubscribeRequest;
import io.dotkv.proto.gossip.v1.Version;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The layer, its service and its remote form together, over gRPC within the process. */
@Tag("integration")
class GossipOverGrpcTest {
    private static final long DEADLINE_NANOS = 15_000_000_000L;

    private final Map<String, ManagedChannel> channels = new ConcurrentHashMap<>();
    private final Map<String, Server> servers = new ConcurrentHashMap<>();
    private final List<Throwable> failures = new CopyOnWriteArrayList<>();
    private final ThreadScheduler scheduler = new ThreadScheduler("gossip", (thread, failure) -> failures.add(failure));

    @AfterEach
    void close() {
        servers.values().forEach(Server::shutdownNow);
        channels.values().forEach(ManagedChannel::shutdownNow);
        scheduler.close();
        assertThat(failures).isEmpty();
    }

    private Channel channel(String name) {
        return channels.computeIfAbsent(
                name, to -> InProcessChannelBuilder.forName(to).build());
    }

    private LocalGossip start(GossipSettings settings) throws IOException {
        LocalGossip gossip = new LocalGossip(
                settings,
                new GossipPorts(
                        new GrpcGossipTransport(this::channel),
                        GenerationStore.inMemory(),
                        new SystemClock(),
                        scheduler,
                        new SeededRandom(settings.self().hashCode())));
        serve(settings.self(), gossip);
        gossip.start();
        return gossip;
    }

    private void serve(String name, LocalGossip gossip) throws IOException {
        servers.put(
                name,
                InProcessServerBuilder.forName(name)
                        .directExecutor()
                        .addService(new GossipGrpcService(gossip))
                        .build()
                        .start());
    }

    private Gossip remote(String name) {
        return new RemoteGossip(channel(name), scheduler, new SeededRandom(1));
    }

    private GossipServiceBlockingStub stub(String name) {
        return GossipServiceGrpc.newBlockingStub(channel(name)).withDeadlineAfter(5, TimeUnit.SECONDS);
    }

    private static void eventually(String what, Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + DEADLINE_NANOS;
        while (!condition.call()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not within 15 s: " + what);
            }
            Thread.sleep(5);
        }
    }

    @Test
    void whatIsPublishedRemotelyAtOneNodeIsHeardRemotelyAtAnother() throws Exception {
        start(GossipSettings.defaults("one"));
        start(GossipSettings.defaults("two"));
        remote("one")
                .setPeers(List.of(new Peer("two", "two")))
                .toCompletableFuture()
                .get(5, TimeUnit.SECONDS);
        assertThat(remote("one").peers().toCompletableFuture().get(5, TimeUnit.SECONDS))
                .containsExactly(new Peer("two", "two"));
        List<io.dotkv.gossip.rumour.Rumour> heard = new CopyOnWriteArrayList<>();
        try (Subscription subscription = remote("two").subscribe("topic", heard::add)) {
            io.dotkv.gossip.rumour.Version version = remote("one")
                    .publish("topic", "subject", Bytes.utf8("news"))
                    .toCompletableFuture()
                    .get(5, TimeUnit.SECONDS);
            eventually("heard", () -> heard.size() == 1);
            assertThat(subscription).isNotNull();
            assertThat(heard.getFirst())
                    .isEqualTo(new io.dotkv.gossip.rumour.Rumour(
                            "topic", "subject", Bytes.utf8("news"), version, io.dotkv.gossip.rumour.Rumour.NEVER));
        }
    }

    @Test
    void aLifetimeTravelsAndOneOutOfBoundsIsRefused() throws Exception {
        start(GossipSettings.defaults("one"));
        List<io.dotkv.gossip.rumour.Rumour> heard = new CopyOnWriteArrayList<>();
        try (Subscription subscription = remote("one").subscribe("topic", heard::add)) {
            assertThat(subscription).isNotNull();
            long before = System.currentTimeMillis();
            remote("one")
                    .publish("topic", "s", Bytes.EMPTY, Duration.ofHours(1))
                    .toCompletableFuture()
                    .get(5, TimeUnit.SECONDS);
            eventually("heard", () -> heard.size() == 1);
            assertThat(heard.getFirst().lapsesAtMillis() - before).isBetween(3_600_000L, 3_660_000L);
        }
        for (Duration outOfBounds : List.of(Duration.ofNanos(1), Duration.ofDays(8), Duration.ofDays(100))) {
            assertThatThrownBy(() -> remote("one")
                            .publish("topic", "s", Bytes.EMPTY, outOfBounds)
                            .toCompletableFuture()
                            .get(5, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("a lifetime is");
        }
    }

    @Test
    void aSubscriptionOutlivesTheConnectionAndNeverGoesBack() throws Exception {
        LocalGossip gossip = start(GossipSettings.defaults("one"));
        List<String> heard = new CopyOnWriteArrayList<>();
        try (Subscription subscription = remote("one")
                .subscribe("topic", rumour -> heard.add(rumour.payload().toString()))) {
            assertThat(subscription).isNotNull();
            gossip.publish("topic", "s", Bytes.wrap(new byte[] {1}))
                    .toCompletableFuture()
                    .get(5, TimeUnit.SECONDS);
            eventually("the first is heard", () -> heard.size() == 1);
            Objects.requireNonNull(servers.get("one")).shutdownNow().awaitTermination();
            serve("one", gossip);
            gossip.publish("topic", "s", Bytes.wrap(new byte[] {2}))
                    .toCompletableFuture()
                    .get(5, TimeUnit.SECONDS);
            eventually("the second is heard", () -> heard.size() == 2);
            assertThat(heard).containsExactly("01", "02");
        }
    }

    @Test
    void refusalsArriveAsTheFailuresOfTheLayer() throws Exception {
        start(new GossipSettings(
                "full",
                1,
                new GossipSettings.Timing(1 << 20, 1 << 20, 1 << 20),
                new RumourSettings(1, 1, 1 << 20, 10, 1 << 20)));
        remote("full").publish("t", "a", Bytes.EMPTY).toCompletableFuture().get(5, TimeUnit.SECONDS);
        assertThatThrownBy(() -> remote("full")
                        .publish("t", "b", Bytes.EMPTY)
                        .toCompletableFuture()
                        .get(5, TimeUnit.SECONDS))
                .hasCauseInstanceOf(GossipFullException.class);
        assertThatThrownBy(() -> remote("full")
                        .publish("", "b", Bytes.EMPTY)
                        .toCompletableFuture()
                        .get(5, TimeUnit.SECONDS))
                .hasCauseInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a topic has 1 to 128 characters");
        assertThatThrownBy(() -> remote("nobody").peers().toCompletableFuture().get(5, TimeUnit.SECONDS))
                .hasCauseInstanceOf(IOException.class);
    }

    @Test
    void malformedRequestsGetInvalidArgument() throws Exception {
        start(GossipSettings.defaults("solid"));
        Version version = Version.newBuilder().setPublisher("x").build();
        Rumour good = Rumour.newBuilder()
                .setTopic("t")
                .setSubject("s")
                .setVersion(version)
                .build();
        ExchangeRequest exchange = ExchangeRequest.newBuilder().setSender("x").build();
        refused(
                "a subject",
                () -> stub("solid")
                        .publish(PublishRequest.newBuilder().setTopic("t").build()));
        refused(
                "a payload",
                () -> stub("solid")
                        .publish(PublishRequest.newBuilder()
                                .setTopic("t")
                                .setSubject("s")
                                .setPayload(ByteString.copyFrom(new byte[70_000]))
                                .build()));
        refused(
                "a topic",
                () -> assertThat(stub("solid")
                                .subscribe(SubscribeRequest.getDefaultInstance())
                                .hasNext())
                        .isTrue());
        refused("the name of a node", () -> stub("solid").exchange(ExchangeRequest.getDefaultInstance()));
        refused(
                "the name of a node",
                () -> stub("solid")
                        .exchange(exchange.toBuilder()
                                .addRumours(good.toBuilder().clearVersion())
                                .build()));
        refused(
                "generation and sequence",
                () -> stub("solid")
                        .exchange(exchange.toBuilder()
                                .addRumours(good.toBuilder()
                                        .setVersion(version.toBuilder().setGeneration(-1)))
                                .build()));
        refused(
                "the name of a node",
                () -> stub("solid")
                        .setPeers(SetPeersRequest.newBuilder()
                                .addPeers(io.dotkv.proto.gossip.v1.Peer.getDefaultInstance())
                                .build()));
        refused(
                "a lifetime is 1 to 604800 seconds",
                () -> stub("solid")
                        .publish(PublishRequest.newBuilder()
                                .setTopic("t")
                                .setSubject("s")
                                .setLifetimeMillis(-1)
                                .build()));
        refused(
                "do not overlap",
                () -> stub("solid")
                        .exchange(exchange.toBuilder()
                                .addDigestRanges(SubjectRange.newBuilder())
                                .addDigestRanges(SubjectRange.newBuilder())
                                .build()));
        refused(
                "0 to 15 hexadecimal digits",
                () -> stub("solid")
                        .exchange(exchange.toBuilder()
                                .addHashes(RangeHashes.newBuilder()
                                        .setRange(SubjectRange.newBuilder().setDepth(16))
                                        .addHashes(1))
                                .build()));
        refused(
                "has one hash, or one for each of its sixteen parts",
                () -> stub("solid")
                        .exchange(exchange.toBuilder()
                                .addHashes(RangeHashes.getDefaultInstance())
                                .build()));
        List<DigestEntry> many = new ArrayList<>();
        for (int i = 0; i < 4_097; i++) {
            many.add(DigestEntry.getDefaultInstance());
        }
        refused(
                "at most 4096 digest entries",
                () -> stub("solid")
                        .exchange(exchange.toBuilder()
                                .setHasDigest(true)
                                .addAllDigest(many)
                                .build()));
    }

    private static void refused(String why, Runnable call) {
        assertThatThrownBy(call::run)
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        failure -> assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT))
                .hasMessageContaining(why);
    }

    @Test
    void theGenerationIsKeptInAFile(@TempDir Path folder) throws IOException {
        assertThat(new FileGenerationStore(folder).last()).isZero();
        new FileGenerationStore(folder).save(77);
        assertThat(new FileGenerationStore(folder).last()).isEqualTo(77);
    }
}
