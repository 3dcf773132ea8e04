package io.dotkv.cluster.membership;

import io.dotkv.cluster.ClusterMessages;
import io.dotkv.cluster.Health;
import io.dotkv.cluster.Member;
import io.dotkv.kernel.NodeId;

/**
 * What a node says of itself, and how it answers what others say of it: it refutes with a higher incarnation, takes
 * over from its own former life, and faces a rival of its name. One thread.
 */
final class OwnRecord {
    private final MemberTable table;
    private final NodeId self;

    /** What hearing of oneself leads to. */
    sealed interface Outcome {
        /** Nothing new. */
        record Unchanged() implements Outcome {}

        /** The record was raised above what was heard; it must be saved and spread. */
        record Raised() implements Outcome {}

        /** Another living node has this name, it seems, and the better claim: find out. */
        record Rivalled(Member rival) implements Outcome {}
    }

    OwnRecord(MemberTable table, Member own) {
        this.table = table;
        this.self = own.node();
        table.put(own);
    }

    Member get() {
        return table.own();
    }

    boolean isLeaving() {
        return get().health() == Health.LEFT;
    }

    Outcome hear(Member heard) {
        Member own = get();
        boolean bootRaised = heard.boot() > own.boot();
        if (bootRaised) {
            table.put(own.withBoot(heard.boot()));
        }
        Outcome outcome = isLeaving() ? new Outcome.Unchanged() : judge(heard);
        return bootRaised && outcome instanceof Outcome.Unchanged ? new Outcome.Raised() : outcome;
    }

    private Outcome judge(Member heard) {
        Member own = get();
        boolean isWorse = heard.health() != Health.ALIVE && heard.incarnation() >= own.incarnation();
        if (heard.instance().equals(own.instance())) {
            if (heard.health() == Health.ALIVE && !heard.clusterAddress().equals(own.clusterAddress())) {
                return judgeCopy(heard);
            }
            return isWorse || heard.incarnation() > own.incarnation() ? raiseAbove(heard) : new Outcome.Unchanged();
        }
        boolean isFormerLife = isWorse || heard.clusterAddress().equals(own.clusterAddress());
        if (isFormerLife && heard.incarnation() >= own.incarnation()) {
            return raiseAbove(heard);
        }
        boolean hasBetterClaim = heard.incarnation() > own.incarnation()
                || (heard.incarnation() == own.incarnation() && heard.instance().compareTo(own.instance()) > 0);
        return hasBetterClaim ? new Outcome.Rivalled(heard) : new Outcome.Unchanged();
    }

    /** Judges a process that works, or worked, elsewhere on the same data or a copy of it. */
    private Outcome judgeCopy(Member heard) {
        Member own = get();
        int order = heard.incarnation() == own.incarnation()
                ? heard.clusterAddress().compareTo(own.clusterAddress())
                : Long.compare(heard.incarnation(), own.incarnation());
        if (order > 0) {
            return new Outcome.Rivalled(heard);
        }
        // Of two with the same incarnation neither would be heard by all.
        return heard.incarnation() == own.incarnation() ? raiseAbove(heard) : new Outcome.Unchanged();
    }

    /** Makes the own record win over the one heard. */
    Outcome raiseAbove(Member heard) {
        if (heard.incarnation() >= Member.MAX_INCARNATION) {
            return new Outcome.Unchanged();
        }
        String why = heard.health() == Health.ALIVE ? "started" : "refutes being " + ClusterMessages.of(heard.health());
        table.put(get().withIncarnation(heard.incarnation() + 1, why));
        return new Outcome.Raised();
    }

    /** Uses a boot number from now on; false when that or a higher one was known. */
    boolean recordBoot(int boot) {
        if (boot <= get().boot()) {
            return false;
        }
        table.put(get().withBoot(boot));
        return true;
    }

    void leave() {
        table.put(get().withHealth(Health.LEFT, self, "was stopped"));
    }
}
