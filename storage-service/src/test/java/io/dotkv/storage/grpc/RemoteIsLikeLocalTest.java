package io.dotkv.storage.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.PartitionId;
import io.dotkv.kernel.Retirements;
import io.dotkv.kernel.ports.SeededRandom;
import io.dotkv.kernel.system.SystemClock;
import io.dotkv.kernel.testkit.Seeds;
import io.dotkv.storage.Assignment;
import io.dotkv.storage.Mutation;
import io.dotkv.storage.Outcome;
import io.dotkv.storage.PullMessage;
import io.dotkv.storage.Requests;
import io.dotkv.storage.StampedWrite;
import io.dotkv.storage.Storage;
import io.dotkv.storage.engine.MemoryEngine;
import io.dotkv.storage.identity.MemoryIdentityStore;
import io.dotkv.storage.local.LocalStorage;
import io.dotkv.storage.local.StoragePorts;
import io.dotkv.storage.local.StorageSettings;
import io.dotkv.storage.system.ThreadWorkers;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A real storage behind the wire answers as it does in its own process. */
@Tag("integration")
class RemoteIsLikeLocalTest {
    private static final int PARTITIONS = 8;

    @Test
    void whatIsWrittenThroughTheWireIsReadScannedAndPulledThroughItAsItIsHere() throws Exception {
        LocalStorage local = storage(1);
        LocalStorage replica = storage(2);
        try (Loopback both = new Loopback(local);
                Loopback other = new Loopback(replica)) {
            assertThat(done(both.remote.assume(mandate(1)))).isEqualTo(done(local.assume(mandate(1))));
            done(other.remote.assume(mandate(2)));
            for (int key = 0; key < 200; key++) {
                put(both.remote, "key " + key, "value " + key);
            }
            for (int key = 0; key < 200; key += 10) {
                put(both.remote, "key " + key, "new value");
            }
            Requests.Scan scan = new Requests.Scan(0, Bytes.EMPTY, Bytes.EMPTY, 150, Set.of(), soon());
            assertThat(done(both.remote.scan(scan))).isEqualTo(done(local.scan(scan)));
            assertThat(done(both.remote.clocks(Set.of()))).isEqualTo(done(local.clocks(Set.of())));
            assertThat(done(both.remote.describe())).isEqualTo(done(local.describe()));

            Requests.Pull pull = new Requests.Pull(1, 2, done(other.remote.clocks(Set.of())));
            int messages = done(both.remote.pull(pull, message -> absorbed(other.remote, message)));
            assertThat(messages).isPositive();
            for (int key = 0; key < 200; key++) {
                Requests.Read read = new Requests.Read(1, Key.of("key " + key), soon());
                assertThat(done(other.remote.read(read)).leaves())
                        .isEqualTo(done(local.read(read)).leaves())
                        .hasSize(1);
            }
        } finally {
            local.close();
            replica.close();
        }
    }

    @Test
    void anUpdateThroughTheWireIsAssignedAsItIsHereAndItsRetryToo() throws Exception {
        LocalStorage local = storage(1);
        try (Loopback wire = new Loopback(local)) {
            done(wire.remote.assume(mandate(1)));
            Seeds.run(200, random -> {
                Key key = Key.of("key " + random.nextInt(5));
                Requests.Mutate update = new Requests.Mutate(
                        1, key, new Mutation.Typed(Messages.update(random)), "r" + random.nextLong(), soon());
                Heard heard = new Heard();
                wire.remote.mutate(update, heard);
                Loopback.await(
                        () -> !heard.events().isEmpty() && !(heard.events().getLast() instanceof StampedWrite));
                Heard again = new Heard();
                local.mutate(update, again);
                Loopback.await(
                        () -> !again.events().isEmpty() && !(again.events().getLast() instanceof StampedWrite));
                if (heard.events().getFirst() instanceof StampedWrite assigned) {
                    StampedWrite repeated = (StampedWrite) again.events().getFirst();
                    assertThat(repeated.repeated()).isTrue();
                    assertThat(repeated.delta().events())
                            .isEqualTo(assigned.delta().events());
                    assertThat(repeated.delta().leaves())
                            .containsAll(assigned.delta().leaves());
                    assertThat(repeated.delta()
                                    .context()
                                    .containsAll(assigned.delta().context()))
                            .isTrue();
                }
            });
        } finally {
            local.close();
        }
    }

    private static CompletionStage<?> absorbed(Storage into, PullMessage message) {
        return into.absorb(message).thenAccept(outcome -> assertThat(outcome).isInstanceOf(Outcome.Done.class));
    }

    private static void put(Storage storage, String key, String value) {
        Heard heard = new Heard();
        storage.mutate(
                new Requests.Mutate(
                        1, Key.of(key), Optional.of(Bytes.utf8(value)), Optional.empty(), key + value, soon()),
                heard);
        Loopback.await(() -> heard.events().size() == 2);
        assertThat(heard.events().getLast()).isEqualTo(Outcome.done(1L));
    }

    private static LocalStorage storage(int seed) {
        return new LocalStorage(
                new MemoryEngine(),
                new MemoryIdentityStore(),
                StorageSettings.defaults(StorageSettings.Durability.SYNC, 2),
                new StoragePorts(
                        new SystemClock(),
                        new SeededRandom(seed),
                        "boot",
                        new ThreadWorkers(),
                        Throwable::printStackTrace));
    }

    private static Assignment mandate(int node) {
        List<PartitionId> all =
                IntStream.range(0, PARTITIONS).mapToObj(PartitionId::new).toList();
        return new Assignment(
                "0".repeat(32), new NodeId("n" + node), node, 1, 0, 1, PARTITIONS, all, 1, 2, 3, Retirements.NONE);
    }

    private static <T> T done(CompletionStage<Outcome<T>> call) throws Exception {
        Outcome<T> outcome = call.toCompletableFuture().get(10, TimeUnit.SECONDS);
        assertThat(outcome).isInstanceOf(Outcome.Done.class);
        return ((Outcome.Done<T>) outcome).value();
    }

    private static long soon() {
        return System.nanoTime() + 10_000_000_000L;
    }
}
