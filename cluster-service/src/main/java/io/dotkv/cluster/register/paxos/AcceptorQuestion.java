package io.dotkv.cluster.register.paxos;

import io.dotkv.cluster.register.state.AcceptorId;
import io.dotkv.cluster.register.state.ClusterState;
import java.util.SortedMap;

/** What an acceptor is asked. It is asked by name and instance, so that none answers for a disk that it has not. */
public sealed interface AcceptorQuestion {
    /** Who is asked. */
    AcceptorId to();

    /** A question of a proposer. */
    sealed interface FromProposer extends AcceptorQuestion {
        Ballot ballot();

        /**
         * The newest starts of acceptors that the proposer knows; an acceptor may find a later one of its own there.
         */
        SortedMap<AcceptorId, AcceptorStart> starts();
    }

    /** To promise to take no lower ballot, and to tell what was accepted. */
    record Prepare(AcceptorId to, Ballot ballot, SortedMap<AcceptorId, AcceptorStart> starts) implements FromProposer {}

    /** To accept a value. Who accepts keeps the starts. */
    record Accept(AcceptorId to, Ballot ballot, ClusterState state, SortedMap<AcceptorId, AcceptorStart> starts)
            implements FromProposer {}

    /** To take down that an acceptor has started, and to tell it all that it may have forgotten. */
    record Remind(AcceptorId to, AcceptorId from, AcceptorStart start) implements AcceptorQuestion {}
}
