/**
 * CASPaxos: a {@link io.dotkv.cluster.register.paxos.Proposer} puts
 * {@link io.dotkv.cluster.register.paxos.AcceptorQuestion}s under a {@link io.dotkv.cluster.register.paxos.Ballot} to
 * {@link io.dotkv.cluster.register.paxos.Acceptor}s and counts their
 * {@link io.dotkv.cluster.register.paxos.AcceptorAnswer}s, in one {@link io.dotkv.cluster.register.paxos.ProposalRound}
 * for each ballot. What it wants done are {@link io.dotkv.cluster.register.paxos.ProposerEffect}s.
 * {@code docs/decisions/0008-cluster-register.md} has the rules and the argument for them.
 */
@NullMarked
package io.dotkv.cluster.register.paxos;

import org.jspecify.annotations.NullMarked;
