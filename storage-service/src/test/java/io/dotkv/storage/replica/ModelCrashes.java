package io.dotkv.storage.replica;

import io.dotkv.kernel.ports.RandomSource;
import io.dotkv.storage.simulated.CrashingEngine;
import java.util.List;
import java.util.Optional;

/** Ends lives: a process is killed, the power goes, a disk is lost; also in the middle of a write. */
final class ModelCrashes {
    private final RandomSource random;
    private final Fault fault;
    private final GhostHistory history;
    private final List<Host> hosts;
    private final ModelClosings closings;
    private final boolean periodic;
    private final int spareable;
    private int count;
    private boolean hasLost;

    /**
     * @param periodic whether writes are confirmed before they are synced
     * @param spareable how many replicas may have lost writes at a time
     */
    ModelCrashes(
            RandomSource random,
            Fault fault,
            GhostHistory history,
            List<Host> hosts,
            ModelClosings closings,
            boolean periodic,
            int spareable) {
        this.random = random;
        this.fault = fault;
        this.history = history;
        this.hosts = hosts;
        this.closings = closings;
        this.periodic = periodic;
        this.spareable = spareable;
    }

    int count() {
        return count;
    }

    /** Whether any replica has lost writes. */
    boolean hasLost() {
        return hasLost;
    }

    private void lost(Peer peer) {
        hasLost = true;
        history.lostWrites(peer.node());
    }

    void crash(Host host) {
        count++;
        Peer peer = host.peer;
        if (random.nextInt(2) == 0) {
            peer.writeAndDie();
        }
        host.ended();
        switch (random.nextInt(6)) {
            case 0, 1, 2 -> peer.restart();
            case 3, 4 -> {
                if (!periodic || maySpare(host)) {
                    losePower(host, random.nextInt(host.peer.engine.unsyncedBatches() + 1));
                } else {
                    peer.restart();
                }
            }
            default -> {
                if (maySpare(host)) {
                    lost(peer);
                    changeDisk(host, random.nextInt(2) == 0 ? host.past() : Optional.empty());
                } else {
                    peer.restart();
                }
            }
        }
    }

    /**
     * Ends the life in this way, and another's with it when the point says so; false when so much must not be lost now.
     */
    boolean crash(Host host, CrashPoint point) {
        boolean isAllowed = end(host, point.loss());
        if (point.takesAnother()) {
            Host next = hosts.get(host.peer.node() % hosts.size());
            isAllowed &= end(next, maySpare(next) ? point.loss() : CrashPoint.Loss.NOTHING);
        }
        return isAllowed;
    }

    private boolean end(Host host, CrashPoint.Loss loss) {
        count++;
        Peer peer = host.peer;
        host.ended();
        boolean isAllowed = maySpare(host) || (!periodic && loss == CrashPoint.Loss.ALL_UNSYNCED);
        if (loss == CrashPoint.Loss.NOTHING || !isAllowed) {
            peer.restart();
            return loss == CrashPoint.Loss.NOTHING;
        }
        switch (loss) {
            case ALL_UNSYNCED -> losePower(host, 0);
            case SOME_UNSYNCED -> losePower(host, random.nextInt(peer.engine.unsyncedBatches() + 1));
            default -> {
                lost(peer);
                changeDisk(host, loss == CrashPoint.Loss.DISK ? Optional.empty() : host.past());
            }
        }
        return true;
    }

    /** Another disk: an empty one, or what was on this one some time ago. */
    private void changeDisk(Host host, Optional<CrashingEngine> past) {
        boolean losesVote = fault != Fault.LOST_DISK_KEEPS_ITS_VOTE;
        host.peer.start(past.orElseGet(CrashingEngine::new), losesVote);
        if (closings.isEmptied(host.peer.replica)) {
            host.peer.restartEmpty();
        }
    }

    private boolean maySpare(Host host) {
        long without = hosts.stream()
                .filter(other -> other != host && !other.peer.votes())
                .count();
        return without < spareable;
    }

    private void losePower(Host host, int spared) {
        Peer peer = host.peer;
        CrashingEngine found = fault == Fault.BATCH_TORN_BY_A_CRASH
                ? peer.engine.crashTorn(spared, 1 + random.nextInt(3))
                : peer.engine.crash(spared);
        boolean losesVote = periodic && fault != Fault.LOST_TAIL_KEEPS_ITS_VOTE;
        if (periodic) {
            lost(peer);
        }
        if (fault == Fault.ACTOR_GOES_ON_AFTER_A_LOST_TAIL) {
            peer.resume(found, losesVote);
        } else {
            peer.start(found, losesVote);
        }
    }
}
