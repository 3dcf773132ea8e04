package io.dotkv.storage.local;

import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.PartitionId;
import io.dotkv.storage.PartitionClock;
import io.dotkv.storage.PeerLag;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Up to which moment each peer is known to have everything that was here. Every pull brings the clocks of the replica
 * that asks; they are compared with the own clocks of the last seconds, of which one sample is kept for each second.
 * The newest sample that a peer's clock contains is a moment up to which it has everything.
 *
 * <p>So the age that is told is never less than the true age of the oldest write here that was not in the clocks which
 * the peer sent last, and more by a second at the most; by more only while a peer that was behind for longer than the
 * samples reach has caught up with a part, and while one misses what it had before (a lost disk): how old that is,
 * nobody has noted. What happened before the first sample is not known: ages count from there.
 *
 * <p>A sample is a reference to an immutable clock for each partition; a sample and a report cost one comparison for
 * each, and nothing looks at data.
 *
 * <p>Any thread.
 */
final class PeerClocks {
    private static final long SAMPLE_NANOS = 1_000_000_000L;

    /** What has been here for so long and is not there is missing, and not on its way. */
    private static final long ON_ITS_WAY_NANOS = 2_000_000_000L;

    private static final int SAMPLES = 20;
    /** Numbers come from outside. */
    private static final int MAX_PEERS = 1024;

    private final Deque<Sample> newestFirst = new ArrayDeque<>();
    private final Map<Integer, Peer> peers = new TreeMap<>();
    private long beganNanos;
    private boolean began;

    /** The own clocks at a time. */
    private record Sample(long nanos, Map<PartitionId, DotSet> clocks) {}

    /** The first own clock that a peer is not known to contain. */
    private record Awaited(long nanos, DotSet clock) {}

    private static final class Peer {
        private final Map<PartitionId, Known> known = new HashMap<>();
        private long reportedNanos;
    }

    private static final class Known {
        private DotSet reported = DotSet.EMPTY;
        private long hasAllOfNanos;
        private boolean behind;
        private @Nullable Awaited awaited;

        private Known(long beganNanos) {
            hasAllOfNanos = beganNanos;
        }
    }

    /** Whether it is time for the next sample. */
    synchronized boolean isDue(long nowNanos) {
        return newestFirst.isEmpty() || nowNanos - newestFirst.getFirst().nanos() >= SAMPLE_NANOS;
    }

    /** The own clocks are these now. */
    synchronized void sample(Collection<PartitionClock> own, long nowNanos) {
        if (!began) {
            began = true;
            beganNanos = nowNanos;
        }
        Map<PartitionId, DotSet> clocks = new HashMap<>();
        own.forEach(clock -> clocks.put(clock.partition(), clock.clock()));
        newestFirst.addFirst(new Sample(nowNanos, clocks));
        if (newestFirst.size() > SAMPLES) {
            newestFirst.removeLast();
        }
        for (Peer peer : peers.values()) {
            peer.known.forEach((partition, known) -> know(known, clocks.get(partition), nowNanos));
        }
    }

    /** While nothing is new here, a peer has everything, also if it does not say so again. */
    private static void know(Known known, @Nullable DotSet ours, long nowNanos) {
        if (ours != null && known.awaited == null) {
            if (known.reported.containsAll(ours)) {
                known.hasAllOfNanos = nowNanos;
            } else {
                known.awaited = new Awaited(nowNanos, ours);
            }
        }
    }

    /** A peer has sent its clocks. */
    synchronized void reported(int node, Collection<PartitionClock> theirs, long nowNanos) {
        if (!began || (peers.size() >= MAX_PEERS && !peers.containsKey(node))) {
            return;
        }
        Peer peer = peers.computeIfAbsent(node, any -> new Peer());
        peer.reportedNanos = nowNanos;
        for (PartitionClock clock : theirs) {
            if (newestFirst.getFirst().clocks().containsKey(clock.partition())) {
                Known known = peer.known.computeIfAbsent(clock.partition(), any -> new Known(beganNanos));
                take(known, clock, nowNanos);
            }
        }
    }

    private void take(Known known, PartitionClock clock, long nowNanos) {
        DotSet theirs = clock.clock();
        if (!theirs.containsAll(known.reported)) {
            // It has lost what it had.
            known.hasAllOfNanos = beganNanos;
            known.awaited = null;
        }
        known.reported = theirs;
        known.behind = false;
        Awaited missing = null;
        for (Sample sample : newestFirst) {
            DotSet ours = sample.clocks().getOrDefault(clock.partition(), DotSet.EMPTY);
            if (theirs.containsAll(ours)) {
                known.hasAllOfNanos = Math.max(known.hasAllOfNanos, sample.nanos());
                known.awaited = missing;
                return;
            }
            missing = new Awaited(sample.nanos(), ours);
            known.behind |= nowNanos - sample.nanos() >= ON_ITS_WAY_NANOS;
        }
        Awaited awaited = known.awaited;
        if (awaited == null) {
            known.awaited = missing;
        } else if (theirs.containsAll(awaited.clock())) {
            known.hasAllOfNanos = awaited.nanos();
            known.awaited = missing;
        }
    }

    /** How far each peer that has sent its clocks is behind the own clocks, by its number. */
    synchronized List<PeerLag> lags(Collection<PartitionClock> own, long nowNanos) {
        List<PeerLag> lags = new ArrayList<>(peers.size());
        peers.forEach((node, peer) -> lags.add(lag(node, peer, own, nowNanos)));
        return lags;
    }

    private static PeerLag lag(int node, Peer peer, Collection<PartitionClock> own, long nowNanos) {
        long events = 0;
        int partitions = 0;
        long unconfirmedNanos = -1;
        long behindNanos = -1;
        for (PartitionClock clock : own) {
            Known known = peer.known.get(clock.partition());
            DotSet missing = known == null ? DotSet.EMPTY : clock.clock().minus(known.reported);
            if (known != null && !missing.isEmpty()) {
                events += missing.size();
                partitions++;
                unconfirmedNanos = Math.max(unconfirmedNanos, nowNanos - known.hasAllOfNanos);
                behindNanos = Math.max(behindNanos, known.behind ? nowNanos - known.hasAllOfNanos : -1);
            }
        }
        return new PeerLag(
                node, nowNanos - peer.reportedNanos, events, partitions, age(unconfirmedNanos), age(behindNanos));
    }

    private static OptionalLong age(long nanos) {
        return nanos < 0 ? OptionalLong.empty() : OptionalLong.of(nanos);
    }
}
