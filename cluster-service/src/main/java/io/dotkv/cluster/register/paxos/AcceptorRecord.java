package io.dotkv.cluster.register.paxos;

import io.dotkv.cluster.register.state.AcceptorId;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What an acceptor must still know after any crash; on disk before anything is answered that follows from it. It is
 * never deleted while its instance lives, also when the node is no acceptor any more: those that have not heard of that
 * may ask.
 *
 * @param self which acceptor
 * @param start its newest start
 * @param isRecollected whether it has met enough of the others since that start to answer proposers
 * @param promised no ballot below is taken any more
 * @param accepted the newest value
 * @param isTakenBack whether the value was learned back from others after a start, and not accepted
 * @param starts the newest start of each other acceptor, as far as known; not copied, and changed by nobody from now on
 */
public record AcceptorRecord(
        AcceptorId self,
        AcceptorStart start,
        boolean isRecollected,
        Ballot promised,
        Optional<Accepted> accepted,
        boolean isTakenBack,
        SortedMap<AcceptorId, AcceptorStart> starts) {
    public AcceptorRecord {
        starts = Collections.unmodifiableSortedMap(starts);
        if (accepted.isPresent() && accepted.get().ballot().compareTo(promised) > 0) {
            throw new IllegalArgumentException(
                    "accepted " + accepted.get().ballot() + " above the promise " + promised);
        }
    }

    /**
     * The record of a disk on which there was none, in its first start. It has forgotten nothing and need not
     * recollect: who knows the instance knows this start, and a copy of it begins a later one.
     */
    public static AcceptorRecord empty(AcceptorId self) {
        return new AcceptorRecord(
                self, AcceptorStart.FIRST, true, Ballot.ZERO, Optional.empty(), false, Collections.emptySortedMap());
    }

    /** The record of the next start, of a disk that may have forgotten something; to be saved before it is used. */
    public AcceptorRecord nextStart(long life) {
        return withStart(new AcceptorStart(start.number() + 1, life));
    }

    AcceptorRecord withStart(AcceptorStart newStart) {
        return new AcceptorRecord(self, newStart, false, promised, accepted, isTakenBack, starts);
    }

    AcceptorRecord recollected() {
        return new AcceptorRecord(self, start, true, promised, accepted, isTakenBack, starts);
    }

    AcceptorRecord promising(Ballot ballot) {
        return new AcceptorRecord(self, start, isRecollected, ballot, accepted, isTakenBack, starts);
    }

    AcceptorRecord accepting(Accepted value, Map<AcceptorId, AcceptorStart> knownStarts) {
        return new AcceptorRecord(
                self,
                start,
                isRecollected,
                value.ballot(),
                Optional.of(value),
                false,
                merged(starts, self, knownStarts));
    }

    AcceptorRecord knowing(AcceptorId other, AcceptorStart itsStart) {
        return new AcceptorRecord(
                self,
                start,
                isRecollected,
                promised,
                accepted,
                isTakenBack,
                merged(starts, self, Map.of(other, itsStart)));
    }

    /** With what another acceptor knows that this one may have forgotten. */
    AcceptorRecord takingBack(AcceptorRecord other) {
        SortedMap<AcceptorId, AcceptorStart> known = merged(starts, self, other.starts);
        known = merged(known, self, Map.of(other.self, other.start));
        Ballot highest = Ballot.max(promised, other.promised);
        boolean isBehind = other.accepted.isPresent()
                && (accepted.isEmpty()
                        || accepted.get()
                                        .ballot()
                                        .compareTo(other.accepted.get().ballot())
                                < 0);
        return isBehind
                ? new AcceptorRecord(self, start, isRecollected, highest, other.accepted, true, known)
                : new AcceptorRecord(self, start, isRecollected, highest, accepted, isTakenBack, known);
    }

    /** The later start of each, but for one's own. */
    private static SortedMap<AcceptorId, AcceptorStart> merged(
            SortedMap<AcceptorId, AcceptorStart> known, AcceptorId self, Map<AcceptorId, AcceptorStart> more) {
        TreeMap<AcceptorId, AcceptorStart> all = new TreeMap<>(known);
        more.forEach((acceptor, start) -> all.merge(acceptor, start, AcceptorStart::max));
        all.remove(self);
        return all.equals(known) ? known : all;
    }
}
