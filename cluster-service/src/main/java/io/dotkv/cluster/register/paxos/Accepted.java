package io.dotkv.cluster.register.paxos;

import io.dotkv.cluster.register.state.ClusterState;

/** A value of the register under the ballot with which it was accepted; the ballot alone says which value it is. */
public record Accepted(Ballot ballot, ClusterState state) {
    /** The value that the cluster was formed with, which needs no votes. */
    public static Accepted first(ClusterState state) {
        return new Accepted(Ballot.ZERO, state);
    }

    static Accepted newest(Accepted one, Accepted other) {
        return one.ballot.compareTo(other.ballot) >= 0 ? one : other;
    }
}
