package io.dotkv.storage;

import static io.dotkv.storage.StorageRig.done;
import static io.dotkv.storage.StorageRig.refusal;
import static io.dotkv.storage.StorageRig.soon;
import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.PartitionId;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("integration")
class StorageScanTest {
    @TempDir
    private Path folder;

    private StorageRig ann = new StorageRig(Path.of("unset"), 1);

    @BeforeEach
    void start() {
        ann = new StorageRig(folder, 1);
        ann.start();
    }

    @AfterEach
    void stop() {
        ann.close();
    }

    private RowPage page(Bytes after, String prefix, int limit, Set<PartitionId> partitions) {
        return done(ann.storage().scan(new Requests.Scan(1, after, Bytes.utf8(prefix), limit, partitions, soon())));
    }

    /** All keys that a scan page by page shows. */
    private List<Key> pages(String prefix, int limit, Set<PartitionId> partitions) {
        List<Key> keys = new ArrayList<>();
        Bytes after = Bytes.EMPTY;
        while (true) {
            RowPage page = page(after, prefix, limit, partitions);
            page.rows().forEach(row -> keys.add(row.key()));
            if (page.last()) {
                return keys;
            }
            after = page.rows().getLast().key().bytes();
        }
    }

    private List<Key> put(String... keys) {
        for (String key : keys) {
            ann.put(key, "v");
        }
        return List.of(keys).stream().map(Key::of).sorted().toList();
    }

    private List<Key> putMany() {
        return put(IntStream.range(0, 200).mapToObj(number -> "key " + number).toArray(String[]::new));
    }

    @Test
    void pagesShowEveryKeyOnceInByteOrderOverAllPartitions() {
        List<Key> keys = putMany();
        for (int limit : new int[] {1, 7, 200, 1000}) {
            assertThat(pages("", limit, Set.of())).isEqualTo(keys);
        }
    }

    @Test
    void aPageSaysWhetherItIsTheLast() {
        put("a", "b", "c");
        assertThat(page(Bytes.EMPTY, "", 2, Set.of()).last()).isFalse();
        assertThat(page(Bytes.EMPTY, "", 3, Set.of()).last()).isTrue();
        assertThat(page(Bytes.utf8("c"), "", 3, Set.of()).rows()).isEmpty();
    }

    @Test
    void aPrefixLimitsTheKeys() {
        put("a", "ab", "ab1", "ab2", "ac", "b");
        assertThat(pages("ab", 2, Set.of())).containsExactly(Key.of("ab"), Key.of("ab1"), Key.of("ab2"));
        assertThat(pages("x", 2, Set.of())).isEmpty();
        assertThat(page(Bytes.utf8("zebra"), "ab", 2, Set.of())).satisfies(page -> {
            assertThat(page.rows()).isEmpty();
            assertThat(page.last()).isTrue();
        });
    }

    @Test
    void someOfThePartitionsMayBeScanned() {
        List<Key> keys = putMany();
        Partitioning partitioning = new Partitioning(StorageRig.PARTITIONS);
        Set<PartitionId> odd = Set.of(new PartitionId(1), new PartitionId(3));
        assertThat(pages("", 10, odd))
                .isEqualTo(keys.stream()
                        .filter(key -> odd.contains(partitioning.partitionOf(key)))
                        .toList());
        assertThat(page(Bytes.EMPTY, "", 1, odd).covered()).containsOnlyKeys(odd);
    }

    @Test
    void largeRowsEndAPageEarly() {
        String mebibyte = "x".repeat(1 << 20);
        for (int key = 0; key < 6; key++) {
            ann.put("key " + key, mebibyte);
        }
        RowPage page = page(Bytes.EMPTY, "", 100, Set.of());
        assertThat(page.rows()).hasSize(2);
        assertThat(page.last()).isFalse();
        assertThat(pages("", 100, Set.of())).hasSize(6);
    }

    @Test
    void longKeysEndAPageEarlyToo() {
        for (int key = 0; key < 600; key++) {
            ann.mutate(StorageRig.putting("k".repeat(4000) + key, "v"));
        }
        ann.put("last", "v");
        assertThat(page(Bytes.EMPTY, "k", 10_000, Set.of()).rows()).hasSizeLessThan(550);
    }

    @Test
    void aScanShowsRowsAsTheyAreExportedAndCoversAbsentKeys() {
        put("a", "b");
        ann.done(new Requests.Mutate(1, Key.of("a"), Optional.empty(), Optional.empty(), "", soon()));
        RowPage page = page(Bytes.EMPTY, "", 10, Set.of());
        assertThat(page.rows()).extracting(RowPage.KeyedRow::key).containsExactly(Key.of("b"));
        assertThat(page.rows().getFirst().row()).isEqualTo(ann.row("b"));
        PartitionId partition = new Partitioning(StorageRig.PARTITIONS).partitionOf(Key.of("a"));
        assertThat(page.covered().get(partition)).isEqualTo(ann.row("a").context());
    }

    @Test
    void aPageOfNoRowsIsRefused() {
        assertThat(refusal(ann.storage().scan(new Requests.Scan(1, Bytes.EMPTY, Bytes.EMPTY, 0, Set.of(), soon())))
                        .reason())
                .isEqualTo(Refusal.Reason.NOT_UNDERSTOOD);
    }
}
