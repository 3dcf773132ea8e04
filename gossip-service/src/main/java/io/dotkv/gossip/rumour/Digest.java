package io.dotkv.gossip.rumour;

import java.util.List;

/**
 * What one side of a comparison says of what it has. Ranges are in order and do not overlap, hence whatever a peer
 * sends, an answer looks at each subject at most once for the hashes and once for the lists.
 *
 * @param hashes of ranges; the other side goes into those that differ from its own
 * @param listed ranges of which {@code entries} names every subject that the sender has
 * @param entries subjects with the sender's versions
 * @param wanted subjects of which the other side named a newer version
 */
public record Digest(
        List<RangeHashes> hashes, List<SubjectRange> listed, List<DigestEntry> entries, List<DigestEntry> wanted) {
    /** The most items that any of the four lists may have. */
    public static final int MAX_ITEMS = 4_096;

    /** Nothing to compare. */
    public static final Digest NOTHING = new Digest(List.of(), List.of(), List.of(), List.of());

    public Digest {
        hashes = List.copyOf(hashes);
        listed = List.copyOf(listed);
        entries = List.copyOf(entries);
        wanted = List.copyOf(wanted);
        RumourLimits.checkCount("hashes of ranges", hashes.size(), MAX_ITEMS);
        RumourLimits.checkCount("listed ranges", listed.size(), MAX_ITEMS);
        RumourLimits.checkCount("digest entries", entries.size(), MAX_ITEMS);
        RumourLimits.checkCount("wanted subjects", wanted.size(), MAX_ITEMS);
        checkOrder(hashes.stream().map(RangeHashes::range).toList());
        checkOrder(listed);
    }

    private static void checkOrder(List<SubjectRange> ranges) {
        for (int i = 1; i < ranges.size(); i++) {
            if (ranges.get(i - 1).end() > ranges.get(i).first()) {
                throw new IllegalArgumentException("the ranges of a digest are in order and do not overlap, but "
                        + ranges.get(i) + " comes after " + ranges.get(i - 1));
            }
        }
    }

    /** How a comparison begins: everything as one hash. */
    public static Digest opening(long hashOfAll) {
        return new Digest(
                List.of(new RangeHashes(SubjectRange.ALL, List.of(hashOfAll))), List.of(), List.of(), List.of());
    }
}
