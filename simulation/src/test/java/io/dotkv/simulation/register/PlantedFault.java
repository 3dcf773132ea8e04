package io.dotkv.simulation.register;

import io.dotkv.cluster.register.paxos.Accepted;
import io.dotkv.cluster.register.paxos.Acceptor;
import io.dotkv.cluster.register.paxos.AcceptorRecord;
import io.dotkv.cluster.register.paxos.Ballot;
import io.dotkv.cluster.register.paxos.Proposer;
import io.dotkv.cluster.register.paxos.ProposerSettings;
import io.dotkv.cluster.register.state.AcceptorId;
import io.dotkv.cluster.register.state.Acceptors;
import io.dotkv.kernel.ports.RandomSource;
import java.util.List;
import java.util.function.Predicate;

/** A mistake in the register that the simulation has to find: what it is, and within how many seeds at most. */
enum PlantedFault {
    NONE(0),
    /** An acceptor does not keep its promises on disk. */
    FORGETS_PROMISES(6_000),
    /** An acceptor accepts below its promise. */
    ACCEPTS_BELOW_PROMISE(500),
    /** An acceptor answers before what it says is on disk. */
    ANSWERS_BEFORE_DURABLE(15_000),
    /** A node whose disk was lost goes on as the acceptor that it was. */
    LOST_DISK_KEEPS_INSTANCE(2_000),
    /** An acceptor whose disk was put back from a copy goes on as if it were the disk that it left. */
    COPY_TAKEN_FOR_ORIGINAL(2_000),
    /** An acceptor answers after a start without having met the others. */
    OLD_COPY_ANSWERS_AT_ONCE(1_000),
    /** An acceptor meets the others after a start, and takes nothing back from them. */
    TAKES_NOTHING_BACK(1_000),
    /** A majority of the new acceptors is enough while they are being changed. */
    NEW_ACCEPTORS_ALONE(2_000),
    /** The former acceptors are dropped from a value that is not seen to be chosen. */
    DROPS_FORMER_EARLY(150_000),
    /** A proposer uses the ballots of its process before the restart again. */
    REUSES_BALLOTS(2_000),
    /** A proposer goes on from what it knew, and not from the newest value that it is told of. */
    IGNORES_NEWEST(100);

    private final int seeds;

    PlantedFault(int seeds) {
        this.seeds = seeds;
    }

    int seeds() {
        return seeds;
    }

    /** An acceptor that has the fault, if it is one of acceptors. */
    Acceptor acceptor(AcceptorRecord record) {
        return switch (this) {
            case ACCEPTS_BELOW_PROMISE ->
                new Acceptor(record) {
                    @Override
                    protected boolean mayAccept(Ballot ballot) {
                        return true;
                    }
                };
            case OLD_COPY_ANSWERS_AT_ONCE ->
                new Acceptor(record) {
                    @Override
                    protected boolean isEnough(Acceptors acceptors) {
                        return true;
                    }
                };
            case TAKES_NOTHING_BACK ->
                new Acceptor(record) {
                    @Override
                    protected AcceptorRecord takenBack(AcceptorRecord own, AcceptorRecord other) {
                        return own;
                    }
                };
            default -> new Acceptor(record);
        };
    }

    /** What of an acceptor's record gets to its disk. */
    AcceptorRecord saved(AcceptorRecord record) {
        return this != FORGETS_PROMISES
                ? record
                : new AcceptorRecord(
                        record.self(),
                        record.start(),
                        record.isRecollected(),
                        record.accepted().map(Accepted::ballot).orElse(Ballot.ZERO),
                        record.accepted(),
                        record.isTakenBack(),
                        record.starts());
    }

    /** A proposer that has the fault, if it is one of proposers. */
    Proposer proposer(long life, Accepted known, ProposerSettings settings, RandomSource random) {
        return switch (this) {
            case NEW_ACCEPTORS_ALONE ->
                new Proposer(life, known, settings, random) {
                    @Override
                    protected boolean isQuorum(Acceptors acceptors, Predicate<AcceptorId> hasAnswered) {
                        return new Acceptors(acceptors.present(), List.of()).isQuorum(hasAnswered);
                    }
                };
            case DROPS_FORMER_EARLY ->
                new Proposer(life, known, settings, random) {
                    @Override
                    protected boolean mayEndHandover(boolean isSeenToBeChosen) {
                        return true;
                    }
                };
            case IGNORES_NEWEST ->
                new Proposer(life, known, settings, random) {
                    @Override
                    protected Accepted goOnFrom(Accepted chosen, Accepted newest) {
                        return chosen;
                    }
                };
            default -> new Proposer(life, known, settings, random);
        };
    }
}
