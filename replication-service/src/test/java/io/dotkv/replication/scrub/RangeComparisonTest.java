package io.dotkv.replication.scrub;

import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.DotSet;
import io.dotkv.storage.Digests;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Ranges are compared as far as all replicas have given them alike. */
class RangeComparisonTest {
    private static Digests.Range range(String end, int hash) {
        return new Digests.Range(Bytes.utf8(end), 1, 0, 0, Bytes.wrap(new byte[] {(byte) hash}));
    }

    private static Digests digests(Digests.Range... ranges) {
        return new Digests(DotSet.EMPTY, 1, List.of(ranges));
    }

    @Test
    void equalRangesDoNotDiffer() {
        Digests one = digests(range("c", 1), range("f", 2), range("", 3));
        assertThat(RangeComparison.of(List.of(one, one, one))).isEqualTo(new RangeComparison(3, List.of()));
    }

    @Test
    void aRangeDiffersWhenAnyReplicaHasAnotherHashOrNotAllOfIt() {
        Digests one = digests(range("c", 1), range("f", 2), range("", 3));
        Digests other = digests(
                range("c", 1), range("f", 9), new Digests.Range(Bytes.EMPTY, 1, 1, 0, Bytes.wrap(new byte[] {3})));
        assertThat(RangeComparison.of(List.of(one, one, other))).isEqualTo(new RangeComparison(3, List.of(1, 2)));
    }

    @Test
    void whatAReplicaHasNotGivenIsNotCompared() {
        Digests one = digests(range("c", 1), range("f", 2), range("", 3));
        Digests early = digests(range("c", 1), range("e", 2));
        assertThat(RangeComparison.of(List.of(one, early))).isEqualTo(new RangeComparison(1, List.of()));
    }

    @Test
    void whenNotEvenTheFirstRangeIsGivenAlikeTheEarliestEndIsAskedForNext() {
        Digests one = digests(range("c", 1));
        Digests early = digests(range("b", 1));
        Digests all = digests(range("", 1));
        assertThat(RangeComparison.of(List.of(one, early, all)).compared()).isZero();
        assertThat(RangeComparison.firstEnd(List.of(one, early, all))).isEqualTo(Bytes.utf8("b"));
    }
}
