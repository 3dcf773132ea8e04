package io.dotkv.cluster.local;

import io.dotkv.cluster.Member;
import io.dotkv.cluster.Now;
import io.dotkv.cluster.bootstrap.Bootstrap;
import io.dotkv.cluster.membership.MemberTable;
import io.dotkv.cluster.register.RegisterNode;
import io.dotkv.cluster.register.paxos.Accepted;
import io.dotkv.cluster.register.paxos.AcceptorRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is on this node's disk, and what of it is out of date. What this node answers for (its own record, promises and
 * formation, the chosen value, the acceptor's record) is compared with what was saved last, so nothing of it can be
 * missed; what only helps to find others again is saved once for the changes of a second, since it costs as much as the
 * table is long. One thread.
 */
final class SavedState {
    private static final long PAUSE_NANOS = 1_000_000_000;

    private final MemberTable table;
    private final Bootstrap bootstrap;
    private final RegisterNode register;
    private DurableState own;
    private Optional<Accepted> agreed;
    private AcceptorRecord acceptor;
    private boolean isOutdated;
    private boolean isOutdatedInOthers;
    private long nextNanos;

    /**
     * @param agreed the agreement that is on disk, or follows from what is
     * @param acceptor the record that is on disk
     */
    SavedState(
            MemberTable table,
            Bootstrap bootstrap,
            RegisterNode register,
            Optional<Accepted> agreed,
            AcceptorRecord acceptor) {
        this.table = table;
        this.bootstrap = bootstrap;
        this.register = register;
        this.own = state(List.of());
        this.agreed = agreed;
        this.acceptor = acceptor;
    }

    /** The members have changed in what this node answers for. */
    void outdated() {
        isOutdated = true;
    }

    /** The members have changed in what is worth knowing at the next start. */
    void outdatedInOthers() {
        isOutdatedInOthers = true;
    }

    /** What to save now; it is taken for done. */
    List<ClusterEffect> due(Now now) {
        List<ClusterEffect> saves = new ArrayList<>();
        DurableState newest = state(List.of());
        if (isOutdated || !newest.equals(own) || (isOutdatedInOthers && now.nanos() >= nextNanos)) {
            isOutdated = false;
            isOutdatedInOthers = false;
            nextNanos = now.nanos() + PAUSE_NANOS;
            own = newest;
            saves.add(new ClusterEffect.Save(state(table.all().stream()
                    .filter(member -> !member.equals(table.own()))
                    .toList())));
        }
        if (!register.chosen().equals(agreed)) {
            agreed = register.chosen();
            agreed.ifPresent(value -> saves.add(new ClusterEffect.SaveAgreed(value)));
        }
        if (!register.acceptorRecord().equals(acceptor)) {
            acceptor = register.acceptorRecord();
            saves.add(new ClusterEffect.SaveAcceptor(acceptor));
        }
        return saves;
    }

    private DurableState state(List<Member> others) {
        Member self = table.own();
        return new DurableState(
                self.instance(), self.incarnation(), self.boot(), bootstrap.formation(), bootstrap.promises(), others);
    }
}
