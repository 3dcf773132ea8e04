package io.dotkv.cluster.register;

import java.util.SortedMap;

/** What an acceptor is asked. It is asked by name and instance, so that none answers for a disk that it has not. */
public sealed interface Question {
    /** Who is asked. */
    AcceptorId to();

    /** To promise to take no lower ballot, and to tell what was accepted. */
    record Prepare(AcceptorId to, Ballot ballot) implements Question {}

    /**
     * To accept a value.
     *
     * @param starts the newest starts of acceptors that the proposer knows, for those to keep who accept
     */
    record Accept(AcceptorId to, Ballot ballot, ClusterState state, SortedMap<AcceptorId, Start> starts)
            implements Question {}

    /** To take down that an acceptor has started, and to tell it all that it may have forgotten. */
    record Remind(AcceptorId to, AcceptorId from, Start start) implements Question {}
}
