package io.dotkv.storage.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Delta;
import io.dotkv.kernel.Dot;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.Leaf;
import io.dotkv.kernel.Row;
import io.dotkv.kernel.ports.RandomSource;
import io.dotkv.kernel.testkit.Seeds;
import io.dotkv.storage.replica.store.PartitionStore;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * A row that is overwritten without having been read becomes what the join of the row that was there would have made of
 * it.
 */
class OverwriteTest {
    private static final int KEYS = 4;

    @Test
    void everyDeltaDoesWhatTheJoinSays() {
        AtomicInteger unread = new AtomicInteger();
        Seeds.run(300, random -> {
            List<Peer> writers = List.of(new Peer(1), new Peer(2));
            Peer reader = new Peer(3);
            List<Delta> onTheWay = new ArrayList<>();
            for (int step = 0; step < 120; step++) {
                onTheWay.add(write(writers.get(random.nextInt(2)), random));
                exchange(writers, onTheWay, random);
                if (random.nextInt(3) > 0) {
                    Delta delta = onTheWay.get(random.nextInt(onTheWay.size()));
                    unread.addAndGet(applyAndCompare(reader, delta));
                }
                if (random.nextInt(40) == 0) {
                    reader.restart();
                }
                if (random.nextInt(10) == 0) {
                    reader.strip();
                }
            }
        });
        assertThat(unread.get()).as("deltas that were taken unread").isGreaterThan(1_000);
    }

    private static Delta write(Peer writer, RandomSource random) {
        String key = "k" + random.nextInt(KEYS);
        return switch (random.nextInt(6)) {
            case 0 -> writer.delete(key);
            case 1 -> writer.put(key, "v", writer.row(key).context());
            case 2 -> writer.put(key, "v", DotSet.EMPTY);
            default -> writer.put(key, "v");
        };
    }

    /** Now and then the writers learn of each other, so that contexts cover both. */
    private static void exchange(List<Peer> writers, List<Delta> onTheWay, RandomSource random) {
        if (random.nextInt(2) == 0) {
            writers.get(random.nextInt(2)).apply(onTheWay.get(random.nextInt(onTheWay.size())));
        }
        if (random.nextInt(8) == 0) {
            writers.get(0).pull(writers.get(1));
            writers.get(1).pull(writers.get(0));
        }
    }

    /** 1 when the row was not read. */
    private static int applyAndCompare(Peer reader, Delta delta) {
        String key = new String(delta.key().bytes().array(), StandardCharsets.UTF_8);
        Row before = reader.stored(key);
        DotSet clockAfter = reader.clock();
        Row joined =
                before.join(delta.leaves(), delta.context(), before.context().union(clockAfter));
        for (Leaf leaf : delta.leaves()) {
            clockAfter = clockAfter.with(leaf.dot());
        }
        for (Dot event : delta.events()) {
            clockAfter = clockAfter.with(event);
        }
        long reads = reader.engine.reads();
        reader.apply(delta);
        int unread = reader.engine.reads() == reads ? 1 : 0;
        assertThat(reader.stored(key)).isEqualTo(joined.strip(clockAfter));
        assertThat(reader.clock()).isEqualTo(clockAfter);
        assertThat(new PartitionStore(Peer.PARTITION).residuals(reader.engine, Bytes.EMPTY, KEYS))
                .as("marks of residuals")
                .isEqualTo(residuals(reader));
        return unread;
    }

    private static List<Key> residuals(Peer reader) {
        List<Key> found = new ArrayList<>();
        for (int key = 0; key < KEYS; key++) {
            if (!reader.stored("k" + key).context().isEmpty()) {
                found.add(Key.of("k" + key));
            }
        }
        return found;
    }
}
