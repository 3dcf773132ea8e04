package io.dotkv.simulation;

import io.dotkv.cluster.ClusterPeer;
import io.dotkv.cluster.Member;
import io.dotkv.cluster.register.paxos.Accepted;
import io.dotkv.cluster.register.paxos.AcceptorAnswer;
import io.dotkv.cluster.register.paxos.AcceptorQuestion;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** The way to the cluster layer of another node that passes everything on; a planted fault overrides what it breaks. */
abstract class TamperedPeer implements ClusterPeer {
    final ClusterPeer real;

    TamperedPeer(ClusterPeer real) {
        this.real = real;
    }

    @Override
    public CompletionStage<ProbeAnswer> probe(Probe probe) {
        return real.probe(probe);
    }

    @Override
    public CompletionStage<Optional<Member>> probeIndirectly(IndirectProbe probe) {
        return real.probeIndirectly(probe);
    }

    @Override
    public CompletionStage<Knowledge> exchange(Knowledge knowledge) {
        return real.exchange(knowledge);
    }

    @Override
    public CompletionStage<FormAnswer> form(FormStep step) {
        return real.form(step);
    }

    @Override
    public CompletionStage<AcceptorAnswer> ask(AcceptorQuestion question) {
        return real.ask(question);
    }

    @Override
    public CompletionStage<Decided> propose(Proposal proposal) {
        return real.propose(proposal);
    }

    @Override
    public CompletionStage<Optional<Accepted>> agreed(String clusterId, long version) {
        return real.agreed(clusterId, version);
    }
}
