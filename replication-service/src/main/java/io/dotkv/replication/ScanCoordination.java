package io.dotkv.replication;

import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.Leaf;
import io.dotkv.kernel.PartitionId;
import io.dotkv.kernel.Row;
import io.dotkv.storage.Outcome;
import io.dotkv.storage.Page;
import io.dotkv.storage.Page.KeyedRow;
import io.dotkv.storage.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One page of a scan of the whole cluster, in byte order of the key, each key read at the level asked for.
 *
 * <p>In a round, every partition is asked for at as many storages as the level requires, one call for each storage, and the
 * pages are joined up to the horizon of {@link ScanMerge}. A round that shows no key with a value is followed by another,
 * a few times; so a page can be empty although more follow. A storage that fails is left out, and the round begins again
 * with others.
 *
 * <p>Each event returns the effects to carry out, in order. One thread at a time.
 */
final class ScanCoordination {
    private static final int MAX_ROUNDS = 8;

    private final ScanGround ground;
    private final boolean[] usable;
    private final Consistency level;
    private final int required;
    private final int pageSize;
    private final long pageBytes;

    private Bytes after;
    private int round;
    private int awaited;
    private ScanMerge merge;
    private boolean finished;

    /**
     * @param usable by index of the ground, which nodes may be asked
     * @param after where the page before ended; empty for the first
     * @param pageBytes about how many bytes of keys and values a page has at most; one entry may exceed it
     */
    ScanCoordination(
            ScanGround ground, boolean[] usable, Consistency level, Bytes after, int pageSize, long pageBytes) {
        this.ground = ground;
        this.usable = usable.clone();
        this.level = level;
        this.required = level.required(ground.layout().replicas());
        this.after = after;
        this.pageSize = pageSize;
        this.pageBytes = pageBytes;
        this.merge = new ScanMerge(ground.partitioning());
    }

    /** The request has come in. */
    List<ScanEffect> start() {
        return required > ground.layout().replicas()
                ? fail(Sentences.scanLevelImpossible(level, ground.layout().replicas()))
                : beginRound();
    }

    /** A storage has answered a fetch of a round. */
    List<ScanEffect> fetched(int ofRound, int node, Outcome<Page> outcome) {
        if (finished || ofRound != round) {
            return List.of();
        }
        return switch (outcome) {
            case Outcome.Done<Page>(Page page)
            when page.last() || !page.rows().isEmpty() -> {
                merge.add(page);
                awaited--;
                yield awaited > 0 ? List.of() : endRound();
            }
            case Outcome.Done<Page> stuck -> without(node);
            case Outcome.Refused<Page>(Refusal refusal) -> without(node);
            case Outcome.Unknown<Page>(String reason) -> without(node);
        };
    }

    /** There is no memory for the page of a storage. */
    List<ScanEffect> overloaded() {
        return finished ? List.of() : fail(Sentences.overloaded("The scan", "too many bytes of pages"));
    }

    /** The deadline has passed. */
    List<ScanEffect> expired() {
        return finished ? List.of() : fail(Sentences.scanExpired());
    }

    private List<ScanEffect> beginRound() {
        Optional<List<Set<PartitionId>>> shares = ground.share(usable, required);
        if (shares.isEmpty()) {
            return fail(Sentences.scanTooFew(ground, usable, level, required));
        }
        round++;
        merge = new ScanMerge(ground.partitioning());
        List<ScanEffect> effects = new ArrayList<>();
        for (int node = 0; node < usable.length; node++) {
            Set<PartitionId> share = shares.get().get(node);
            if (!share.isEmpty()) {
                effects.add(new ScanEffect.Fetch(round, node, share, after, pageSize));
            }
        }
        awaited = effects.size();
        return effects;
    }

    private List<ScanEffect> without(int node) {
        usable[node] = false;
        return beginRound();
    }

    private List<ScanEffect> endRound() {
        List<KeyedRow> found = new ArrayList<>();
        Key end = merge.horizon();
        int keys = 0;
        long bytes = 0;
        for (Key key : merge.keys()) {
            if (keys == pageSize || bytes > pageBytes) {
                end = new Key(after);
                break;
            }
            Row row = merge.row(key);
            if (!row.leaves().isEmpty()) {
                found.add(new KeyedRow(key, row));
            }
            keys++;
            bytes += bytesOf(key, row);
            after = key.bytes();
        }
        if (found.isEmpty() && end != null && round < MAX_ROUNDS) {
            return beginRound();
        }
        finished = true;
        return List.of(new ScanEffect.Answer(found, Optional.ofNullable(end)));
    }

    private static long bytesOf(Key key, Row row) {
        long bytes = key.bytes().length();
        for (Leaf leaf : row.leaves()) {
            bytes += leaf.path().length() + leaf.payload().length();
        }
        return bytes;
    }

    private List<ScanEffect> fail(Failure failure) {
        finished = true;
        return List.of(new ScanEffect.Fail(failure));
    }
}
