package io.dotkv.simulation.register;

import io.dotkv.cluster.register.paxos.Accepted;
import io.dotkv.cluster.register.paxos.Acceptor;
import io.dotkv.cluster.register.paxos.AcceptorAnswer;
import io.dotkv.cluster.register.paxos.AcceptorQuestion;
import io.dotkv.cluster.register.paxos.AcceptorRecord;
import io.dotkv.cluster.register.paxos.Proposer;
import io.dotkv.cluster.register.paxos.ProposerEffect;
import io.dotkv.cluster.register.paxos.ProposerSettings;
import io.dotkv.cluster.register.state.AcceptorId;
import io.dotkv.cluster.register.state.ClusterState;
import io.dotkv.cluster.register.state.StateChange;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.ports.RandomSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A node of the {@link RegisterWorld}: an acceptor and a proposer, and the disk that outlives them. */
final class RegisterNode {
    private static final long MILLI = 1_000_000;
    private static final ProposerSettings SETTINGS =
            new ProposerSettings(150 * MILLI, 700 * MILLI, 20 * MILLI, 200 * MILLI, 100);

    private final NodeId id;
    private final RegisterWorld world;
    private final RandomSource random;
    private final RegisterDisk disk;
    private @Nullable Life life;

    /** One process: what it holds is gone with it. */
    private static final class Life {
        private final Acceptor acceptor;
        private final Proposer proposer;
        private final Map<Long, Consumer<ProposerEffect.Result>> waiting = new HashMap<>();
        private long wakeAtNanos = Long.MAX_VALUE;

        private Life(Acceptor acceptor, Proposer proposer) {
            this.acceptor = acceptor;
            this.proposer = proposer;
        }
    }

    RegisterNode(NodeId id, RegisterWorld world, Accepted first) {
        this.id = id;
        this.world = world;
        this.random = world.random();
        this.disk = new RegisterDisk(id, random, first);
    }

    NodeId id() {
        return id;
    }

    /** The instance on its disk. */
    AcceptorId asAcceptor() {
        return disk.record().self();
    }

    boolean isUp() {
        return life != null;
    }

    /** Whether its disk came back from a copy, and it has not recollected since. */
    boolean isForgetful() {
        return disk.isForgetful();
    }

    ClusterState knownState() {
        return disk.known().state();
    }

    void start() {
        PlantedFault fault = world.fault();
        long number = fault == PlantedFault.REUSES_BALLOTS ? id.name().charAt(0) : random.nextLong();
        if (disk.isCopy() && fault != PlantedFault.COPY_TAKEN_FOR_ORIGINAL) {
            disk.save(disk.record().nextStart(random.nextLong()));
        }
        disk.started();
        Life started = new Life(fault.acceptor(disk.record()), fault.proposer(number, disk.known(), SETTINGS, random));
        life = started;
        if (!started.acceptor.learn(disk.known()) || saved(started)) {
            remind(started);
        }
    }

    private void remind(Life mine) {
        List<AcceptorQuestion.Remind> questions = mine.acceptor.reminders();
        for (AcceptorQuestion.Remind question : questions) {
            world.network().ask(id, question, answer -> {
                if (mine == life && mine.acceptor.take(answer) && saved(mine) && !mine.acceptor.isRecollected()) {
                    remind(mine);
                }
            });
        }
        if (!mine.acceptor.isRecollected()) {
            world.later(100 * MILLI, () -> {
                if (mine == life && !mine.acceptor.isRecollected()) {
                    remind(mine);
                }
            });
        }
    }

    /** Saves the acceptor's record as it is; false when the node crashed over it. */
    private boolean saved(Life mine) {
        if (world.crashesNow()) {
            crash();
            return false;
        }
        AcceptorRecord record = mine.acceptor.record();
        if (record.accepted().isPresent() && !record.isTakenBack()) {
            world.lineage().accepted(record.accepted().get().ballot());
        }
        if (mine.acceptor.isRecollected()) {
            disk.recollected();
        }
        disk.save(world.fault().saved(record));
        disk.sometimesCopy();
        if (world.crashesNow()) {
            crash();
            return false;
        }
        return true;
    }

    void crash() {
        if (life != null) {
            life = null;
            world.crashed(this);
        }
    }

    /** Another disk in the place of the old one. */
    void loseDisk() {
        disk.lose(world.first(), world.fault() == PlantedFault.LOST_DISK_KEEPS_INSTANCE);
    }

    /** The disk is as it was at some earlier write. */
    void returnToCopy() {
        disk.returnToCopy();
    }

    /** A question of a peer; the answer goes back the way it came. */
    void answer(AcceptorQuestion question, Consumer<AcceptorAnswer> back) {
        Life mine = life;
        if (mine == null) {
            return;
        }
        boolean wasRecollected = mine.acceptor.isRecollected();
        Acceptor.Reply reply = mine.acceptor.answer(question);
        boolean isTooEarly = world.fault() == PlantedFault.ANSWERS_BEFORE_DURABLE;
        if (isTooEarly) {
            back.accept(reply.answer());
        }
        if (reply.toSave().isPresent() && !saved(mine)) {
            return;
        }
        if (!isTooEarly) {
            back.accept(reply.answer());
        }
        if (wasRecollected && !mine.acceptor.isRecollected()) {
            remind(mine);
        }
    }

    /** Hands a change to this node's proposer. */
    void submit(long wishId, StateChange change, Consumer<ProposerEffect.Result> then) {
        Life mine = life;
        if (mine != null) {
            mine.waiting.put(wishId, then);
            long now = world.nowNanos();
            carryOut(mine, mine.proposer.submit(wishId, change, now + 800 * MILLI, now));
        }
    }

    /** A chosen value was told by another node. */
    void learn(Accepted value) {
        Life mine = life;
        if (mine != null) {
            mine.proposer.learn(value);
            keep(mine, mine.proposer.known());
        }
    }

    private void keep(Life mine, Accepted known) {
        disk.know(known);
        if (mine.acceptor.learn(known)) {
            saved(mine);
        }
    }

    private void carryOut(Life mine, List<ProposerEffect> effects) {
        for (ProposerEffect effect : effects) {
            if (mine != life) {
                return;
            }
            switch (effect) {
                case ProposerEffect.Ask ask -> {
                    if (ask.question() instanceof AcceptorQuestion.Accept accept) {
                        world.lineage()
                                .proposed(
                                        accept.ballot(),
                                        accept.state(),
                                        mine.proposer.basis().orElseThrow());
                        if (world.crashesNow()) {
                            crash();
                            return;
                        }
                    }
                    world.network().ask(id, ask.question(), answer -> {
                        if (mine == life) {
                            carryOut(mine, mine.proposer.take(answer, world.nowNanos()));
                        }
                    });
                }
                case ProposerEffect.Chosen chosen -> {
                    world.chosen(this, chosen.value());
                    keep(mine, chosen.value());
                }
                case ProposerEffect.Finished finished ->
                    Optional.ofNullable(mine.waiting.remove(finished.id()))
                            .ifPresent(then -> then.accept(finished.result()));
            }
        }
        if (mine == life) {
            wakeWhenDue(mine);
        }
    }

    private void wakeWhenDue(Life mine) {
        long due = mine.proposer.dueNanos();
        if (due < mine.wakeAtNanos) {
            mine.wakeAtNanos = due;
            world.later(due - world.nowNanos(), () -> {
                if (mine == life && mine.wakeAtNanos <= world.nowNanos()) {
                    mine.wakeAtNanos = Long.MAX_VALUE;
                    carryOut(mine, mine.proposer.tick(world.nowNanos()));
                }
            });
        }
    }

    @Override
    public String toString() {
        Life mine = life;
        return mine == null
                ? id + " is down"
                : asAcceptor() + (mine.acceptor.isRecollected() ? "" : " not recollected") + " start "
                        + disk.record().start() + " promised " + disk.record().promised() + " accepted "
                        + disk.record().accepted() + " starts " + disk.record().starts() + " knows "
                        + disk.known().ballot();
    }
}
