package io.dotkv.gossip.rumour;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One answer within a comparison: what is to be said to what the other side said of what it has. Both sides follow the
 * same three rules, and a talk is over when there is nothing to say:
 *
 * <ul>
 * <li>a range whose hash differs from the own: list it when there are few subjects here, else give the hashes of its
 * parts; <li>a range that the other side listed: send what it lacks, and name what it has newer; <li>a subject that it
 * wants: send it.
 * </ul>
 *
 * <p>Equal sides exchange one hash, whatever they have; a single difference among n subjects costs about log16(n) times
 * sixteen hashes and one short list. An answer is bounded. What does not fit is left out, and found when the
 * comparison begins anew, as it does after each talk that brought something.
 */
public final class Comparison {
    /* A list of 16 subjects is about 700 bytes, sixteen hashes are 140: going one depth further pays from some ten
     * on. */
    private static final int MAX_LISTED_PER_RANGE = 16;
    private static final int MAX_ENTRIES = 512;
    private static final int MAX_RANGES = 256;

    private final RumourStore store;
    private final RumourBatch batch;
    private final List<RangeHashes> hashes = new ArrayList<>();
    private final List<SubjectRange> listed = new ArrayList<>();
    private final List<DigestEntry> entries = new ArrayList<>();
    private final List<DigestEntry> wanted = new ArrayList<>();

    private Comparison(RumourStore store, RumourBatch batch) {
        this.store = store;
        this.batch = batch;
    }

    /** What to send back: rumours, and what is still to be compared. */
    public record Reaction(List<Rumour> rumours, Digest digest) {
        private static final Reaction NONE = new Reaction(List.of(), Digest.NOTHING);

        public boolean isEmpty() {
            return rumours.isEmpty() && digest.equals(Digest.NOTHING);
        }
    }

    public static Reaction reaction(RumourStore store, Digest theirs, RumourBatch batch) {
        if (theirs.equals(Digest.NOTHING)) {
            return Reaction.NONE;
        }
        Comparison comparison = new Comparison(store, batch);
        theirs.wanted().forEach(entry -> store.get(entry.key()).ifPresent(batch::add));
        comparison.settle(theirs.listed(), theirs.entries());
        theirs.hashes().forEach(comparison::enter);
        return new Reaction(
                batch.rumours(),
                new Digest(comparison.hashes, comparison.listed, comparison.entries, comparison.wanted));
    }

    private void settle(List<SubjectRange> ranges, List<DigestEntry> theirEntries) {
        Map<SubjectKey, Version> theirs = new HashMap<>();
        for (DigestEntry entry : theirEntries) {
            theirs.put(entry.key(), entry.version());
            if (wanted.size() < MAX_ENTRIES && store.lacks(entry)) {
                wanted.add(entry);
            }
        }
        for (SubjectRange range : ranges) {
            for (Rumour rumour : store.index().in(range)) {
                Version version = theirs.get(rumour.key());
                if (version == null || version.compareTo(rumour.version()) < 0) {
                    batch.add(rumour);
                }
            }
        }
    }

    private void enter(RangeHashes theirs) {
        if (theirs.hashes().size() == 1) {
            enter(theirs.range(), theirs.hashes().getFirst());
            return;
        }
        for (int digit = 0; digit < SubjectRange.PARTS; digit++) {
            enter(theirs.range().part(digit), theirs.hashes().get(digit));
        }
    }

    private void enter(SubjectRange range, long theirHash) {
        RangeIndex index = store.index();
        if (index.hash(range) == theirHash || hashes.size() + listed.size() >= MAX_RANGES) {
            return;
        }
        int count = index.count(range);
        if (count > MAX_LISTED_PER_RANGE && range.depth() < SubjectRange.MAX_DEPTH) {
            hashes.add(hashesOfParts(range));
        } else if (entries.size() + count <= MAX_ENTRIES) {
            listed.add(range);
            index.in(range).forEach(rumour -> entries.add(DigestEntry.of(rumour)));
        }
    }

    private RangeHashes hashesOfParts(SubjectRange range) {
        List<Long> parts = new ArrayList<>();
        for (int digit = 0; digit < SubjectRange.PARTS; digit++) {
            parts.add(store.index().hash(range.part(digit)));
        }
        return new RangeHashes(range, parts);
    }
}
