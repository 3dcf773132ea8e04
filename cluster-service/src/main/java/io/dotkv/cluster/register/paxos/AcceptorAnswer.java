package io.dotkv.cluster.register.paxos;

import io.dotkv.cluster.register.state.AcceptorId;
import java.util.Optional;
import java.util.SortedMap;

/** What an acceptor says. Sent only when what it follows from is on disk. */
public sealed interface AcceptorAnswer {
    /** Who says it. */
    AcceptorId from();

    /** An answer that stands only as long as the acceptor has not started again. */
    sealed interface Vote extends AcceptorAnswer {
        Ballot ballot();

        /** The start in which it was given. */
        AcceptorStart start();

        /** The newest starts of others that the acceptor knows. */
        SortedMap<AcceptorId, AcceptorStart> starts();
    }

    /**
     * No lower ballot will be taken.
     *
     * @param accepted the newest value that was accepted before
     * @param isTakenBack whether that was learned back after a start, and does not count as accepted here
     */
    record Promised(
            AcceptorId from,
            Ballot ballot,
            AcceptorStart start,
            SortedMap<AcceptorId, AcceptorStart> starts,
            Optional<Accepted> accepted,
            boolean isTakenBack)
            implements Vote {}

    /** The value of that ballot was accepted. */
    record Took(AcceptorId from, Ballot ballot, AcceptorStart start, SortedMap<AcceptorId, AcceptorStart> starts)
            implements Vote {}

    /** A higher ballot was promised before. */
    record Outbid(AcceptorId from, Ballot ballot, Ballot promised) implements AcceptorAnswer {}

    /** All that is known here; the start that was told is on disk. */
    record Reminded(AcceptorId from, AcceptorStart start, AcceptorRecord record) implements AcceptorAnswer {}

    /**
     * A later start of the acceptor that asked is known: it comes from a copy, and has to call itself later than that.
     */
    record Overtaken(AcceptorId from, AcceptorStart start, AcceptorStart later) implements AcceptorAnswer {}

    /**
     * The acceptor that was meant is not here, or may not answer yet.
     *
     * @param sentence for people
     */
    record Declined(AcceptorId from, String sentence) implements AcceptorAnswer {}
}
