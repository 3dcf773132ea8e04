package io.dotkv.replication.request;

import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.Leaf;
import io.dotkv.kernel.PartitionId;
import io.dotkv.kernel.Row;
import io.dotkv.replication.Consistency;
import io.dotkv.replication.Failure;
import io.dotkv.replication.route.FailureMessages;
import io.dotkv.replication.route.ScanTargets;
import io.dotkv.storage.Outcome;
import io.dotkv.storage.Refusal;
import io.dotkv.storage.RowPage;
import io.dotkv.storage.RowPage.KeyedRow;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * One page of a scan of the whole cluster, in byte order of the key, each key read at the level asked for.
 *
 * <p>In a round, every partition is asked for at as many storages as the level requires, one call for each storage, and
 * the pages are joined up to the horizon of {@link ScanMerge}. A round that shows no key with a value is followed by
 * another, a few times; so a page can be empty although more follow. For a storage that fails or is slow another one is
 * asked for the same partitions; what a slow one answers after all is taken too.
 *
 * <p>Each event returns the effects to carry out, in order. One thread at a time.
 */
final class ScanCoordination {
    private static final int MAX_ROUNDS = 8;

    private final ScanTargets ground;
    private final boolean[] usable;
    private final boolean[] slow;
    private final Consistency level;
    private final int required;
    private final int pageSize;
    private final long pageBytes;

    private final Map<Integer, ScanEffect.Fetch> awaited = new TreeMap<>();
    private final int[] answers;
    private List<Set<PartitionId>> asked = List.of();
    private Bytes after;
    private int fetches;
    private int round;
    private ScanMerge merge;
    private String lastTrouble = "";
    private boolean finished;

    /**
     * What is asked for.
     *
     * @param after where the page before ended; empty for the first
     * @param pageSize at most so many keys
     * @param pageBytes about how many bytes of keys and values a page has at most; one entry may exceed it
     */
    record Wanted(Consistency level, Bytes after, int pageSize, long pageBytes) {}

    /**
     * @param usable by index of the ground, which nodes may be asked
     * @param slow by index of the ground, which nodes hung lately, and are asked only when there are no others
     */
    ScanCoordination(ScanTargets ground, boolean[] usable, boolean[] slow, Wanted wanted) {
        this.ground = ground;
        this.usable = usable.clone();
        this.slow = slow.clone();
        this.level = wanted.level();
        this.required = level.required(ground.layout().replicas());
        this.after = wanted.after();
        this.pageSize = wanted.pageSize();
        this.pageBytes = wanted.pageBytes();
        this.merge = new ScanMerge(ground.partitioning());
        this.answers = new int[ground.layout().partitions()];
    }

    /** The request has come in. */
    List<ScanEffect> start() {
        return required > ground.layout().replicas()
                ? fail(FailureMessages.scanLevelImpossible(
                        level, ground.layout().replicas()))
                : beginRound();
    }

    /** A storage has answered a fetch. */
    List<ScanEffect> fetched(int number, Outcome<RowPage> outcome) {
        ScanEffect.Fetch fetch = awaited.remove(number);
        if (finished || fetch == null) {
            return List.of();
        }
        return switch (outcome) {
            case Outcome.Done<RowPage>(RowPage page)
            when page.last() || !page.rows().isEmpty() -> took(fetch, page);
            case Outcome.Done<RowPage> stuck -> without(fetch.node(), "its page has no rows and is not the last");
            case Outcome.Refused<RowPage>(Refusal refusal) ->
                refusal.reason() == Refusal.Reason.EXPIRED ? expired() : without(fetch.node(), refusal.detail());
            case Outcome.Unknown<RowPage>(String reason) -> without(fetch.node(), reason);
        };
    }

    /** There is no memory for the page of a storage. */
    List<ScanEffect> overloaded() {
        return finished ? List.of() : fail(FailureMessages.overloaded("The scan", "too many bytes of pages"));
    }

    /** The storages that were asked take long: others are asked in their place, as far as there are others. */
    List<ScanEffect> slow() {
        if (finished) {
            return List.of();
        }
        awaited.values().forEach(fetch -> slow[fetch.node()] = true);
        return ask();
    }

    /** The nodes that have not answered a fetch. */
    Set<Integer> unanswered() {
        Set<Integer> nodes = new TreeSet<>();
        awaited.values().forEach(fetch -> nodes.add(fetch.node()));
        return nodes;
    }

    /** The deadline has passed, or the caller has given it up. */
    List<ScanEffect> expired() {
        return finished ? List.of() : fail(FailureMessages.scanExpired());
    }

    private List<ScanEffect> beginRound() {
        round++;
        merge = new ScanMerge(ground.partitioning());
        asked = ground.emptyShares();
        awaited.clear();
        Arrays.fill(answers, 0);
        return ask();
    }

    /** Asks for what lacks answers, those that are slow only for what no other has. */
    private List<ScanEffect> ask() {
        int[] lacking = new int[answers.length];
        Arrays.setAll(lacking, number -> required - answers[number]);
        expect(lacking, false);
        boolean[] quick = new boolean[usable.length];
        for (int node = 0; node < usable.length; node++) {
            quick[node] = usable[node] && !slow[node];
        }
        List<Set<PartitionId>> shares = ground.share(lacking, quick, asked);
        expect(lacking, true);
        List<Set<PartitionId>> ofSlow = ground.share(lacking, usable, asked);
        if (Arrays.stream(lacking).anyMatch(count -> count > 0)) {
            return fail(FailureMessages.scanTooFew(ground, usable, level, required, lastTrouble));
        }
        List<ScanEffect> effects = new ArrayList<>();
        for (int node = 0; node < usable.length; node++) {
            shares.get(node).addAll(ofSlow.get(node));
            if (!shares.get(node).isEmpty()) {
                ScanEffect.Fetch fetch = new ScanEffect.Fetch(++fetches, node, shares.get(node), after, pageSize);
                awaited.put(fetch.number(), fetch);
                effects.add(fetch);
            }
        }
        return effects;
    }

    /** Takes off what those who were asked, slow or not, may still answer. */
    private void expect(int[] lacking, boolean ofSlow) {
        for (ScanEffect.Fetch fetch : awaited.values()) {
            if (slow[fetch.node()] == ofSlow) {
                fetch.partitions().forEach(partition -> lacking[partition.number()]--);
            }
        }
    }

    private List<ScanEffect> took(ScanEffect.Fetch fetch, RowPage page) {
        slow[fetch.node()] = false;
        merge.add(page);
        fetch.partitions().forEach(partition -> answers[partition.number()]++);
        return Arrays.stream(answers).allMatch(count -> count >= required) ? endRound() : List.of();
    }

    private List<ScanEffect> without(int node, String trouble) {
        usable[node] = false;
        lastTrouble = ground.nodes().get(node) + ": " + trouble;
        return ask();
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
