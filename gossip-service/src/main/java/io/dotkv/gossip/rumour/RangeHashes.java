package io.dotkv.gossip.rumour;

import java.util.List;

/**
 * What somebody has in a range, as hashes: each the exclusive or over the hashes of the subjects and versions in it, 0
 * for nothing.
 *
 * @param hashes one, of the range, or sixteen, of its parts in order
 */
public record RangeHashes(SubjectRange range, List<Long> hashes) {
    public RangeHashes {
        hashes = List.copyOf(hashes);
        boolean isOfParts = hashes.size() == SubjectRange.PARTS && range.depth() < SubjectRange.MAX_DEPTH;
        if (hashes.size() != 1 && !isOfParts) {
            throw new IllegalArgumentException("a range of subjects has one hash, or one for each of its sixteen parts"
                    + " when it has parts, not " + hashes.size() + " at depth " + range.depth());
        }
    }
}
