package io.dotkv.cluster;

import io.dotkv.cluster.layout.Formation;
import io.dotkv.cluster.register.paxos.Accepted;
import io.dotkv.cluster.register.paxos.AcceptorAnswer;
import io.dotkv.cluster.register.paxos.AcceptorQuestion;
import io.dotkv.cluster.register.state.StateChange;
import io.dotkv.kernel.NodeId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * What the cluster layers of two nodes ask of each other. {@link io.dotkv.cluster.local.LocalCluster} answers it;
 * {@link ClusterTransport} gives that of another node. A refusal is a {@link PeerRefusedException}; any other failure
 * means that the node was not reached.
 */
public interface ClusterPeer {
    /** Answers with the probed node's own record, and what it thinks of the prober. */
    CompletionStage<ProbeAnswer> probe(Probe probe);

    /** Probes a third node on behalf of the caller; empty when it did not answer. */
    CompletionStage<Optional<Member>> probeIndirectly(IndirectProbe probe);

    /** Takes all that the caller knows and answers with all that is known after that. */
    CompletionStage<Knowledge> exchange(Knowledge knowledge);

    /** One step of forming the cluster. */
    CompletionStage<FormAnswer> form(FormStep step);

    /** Asks the acceptor of the register that runs there. */
    CompletionStage<AcceptorAnswer> ask(AcceptorQuestion question);

    /** Hands a change of what is agreed to the proposer that runs there. */
    CompletionStage<Decided> propose(Proposal proposal);

    /** The newest agreement that is known there, if it is newer than that version; empty otherwise. */
    CompletionStage<Optional<Accepted>> agreed(String clusterId, long version);

    /**
     * A change to be made.
     *
     * @param clusterId the cluster of whoever hands it over
     * @param version the agreement that whoever hands it over knows
     */
    record Proposal(String clusterId, StateChange change, long version) {}

    /**
     * What became of a change.
     *
     * @param newest the newest agreement that is known there, when it is newer than what was named
     */
    record Decided(ProposalOutcome decision, Optional<Accepted> newest) {}

    /**
     * A direct probe.
     *
     * @param prober the prober's own record
     * @param target whom the prober believes to probe
     * @param clusterId the prober's cluster, empty while forming
     * @param targetAsSeen what the prober believes of the target, so that it may refute
     * @param stateHash the hash of all that the prober knows, 0 when it does not say
     * @param agreed the version of the agreement that it knows, 0 for none
     */
    record Probe(
            Member prober,
            NodeId target,
            String clusterId,
            Optional<Member> targetAsSeen,
            long stateHash,
            long agreed) {}

    /**
     * The answer to a probe.
     *
     * @param target the probed node's own record
     * @param proberAsSeen what it believes of the prober when that is not alive, so that it may refute
     * @param stateHash the hash of all that it knows, 0 when it does not say; whoever has the same has nothing to learn
     *     from it
     * @param agreed the version of the agreement that it knows, 0 for none
     */
    record ProbeAnswer(Member target, Optional<Member> proberAsSeen, long stateHash, long agreed) {}

    /**
     * Asks for a probe of a third node.
     *
     * @param target whom to probe, at the address that the helper knows of it
     * @param targetAddress where the asking node knows it
     * @param timeoutNanos for how long
     * @param clusterId the asking node's cluster, empty while forming
     */
    record IndirectProbe(NodeId target, String targetAddress, long timeoutNanos, String clusterId) {}

    /**
     * All that a node knows.
     *
     * @param sender its own record
     * @param members the records of all members it knows
     * @param formation what the cluster was formed with, once it knows
     * @param agreed the version of the agreement that it knows, 0 for none
     */
    record Knowledge(Member sender, List<Member> members, Optional<Formation> formation, long agreed) {
        /** The most members that can be told in one message. */
        public static final int MAX_MEMBERS = 10_000;

        public Knowledge {
            members = List.copyOf(members);
            if (members.size() > MAX_MEMBERS) {
                throw new IllegalArgumentException("at most " + MAX_MEMBERS + " members, not " + members.size());
            }
        }

        /** The sender's cluster, empty while it has not formed. */
        public String clusterId() {
            return formation.map(Formation::clusterId).orElse("");
        }
    }

    /**
     * One step of forming.
     *
     * @param former who forms the cluster
     * @param formerInstance its instance
     * @param formation the facts, proposed or agreed
     * @param commit whether they are agreed; else a promise is asked for
     */
    record FormStep(NodeId former, String formerInstance, Formation formation, boolean commit) {}

    /**
     * The answer to a step of forming.
     *
     * @param accepted whether it was promised, or taken
     * @param reason why not
     * @param formation what the cluster of the answering node was formed with, if it is in one
     */
    record FormAnswer(boolean accepted, String reason, Optional<Formation> formation) {}
}
