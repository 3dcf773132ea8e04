package io.dotkv.cluster.local;

import io.dotkv.cluster.Cluster.AgreedBoot;
import io.dotkv.cluster.Cluster.BootRequest;
import io.dotkv.cluster.Cluster.Departed;
import io.dotkv.cluster.ClusterMessages;
import io.dotkv.cluster.ClusterPeer.Decided;
import io.dotkv.cluster.ClusterPeer.Proposal;
import io.dotkv.cluster.Member;
import io.dotkv.cluster.NotAgreedException;
import io.dotkv.cluster.Now;
import io.dotkv.cluster.ProposalOutcome;
import io.dotkv.cluster.register.state.RetirementChange;
import io.dotkv.kernel.NodeId;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The calls of a {@link LocalCluster} whose answers wait until something is agreed. An answer goes out when all that it follows
 * from is durable. Any thread.
 */
final class AgreementCalls {
    private static final long BOOT_NANOS = 10_000_000_000L;
    private static final long DEPART_NANOS = 4_000_000_000L;
    private static final long CLOSING_NANOS = 10_000_000_000L;

    private final ClusterNode node;
    private final LocalCluster shell;

    AgreementCalls(ClusterNode node, LocalCluster shell) {
        this.node = node;
        this.shell = shell;
    }

    CompletionStage<AgreedBoot> boot(BootRequest request) {
        if (request.above() < 0 || request.above() > Member.MAX_BOOT || request.life() == 0) {
            return CompletableFuture.failedStage(new IllegalArgumentException(
                    "a boot is asked for by a process with a life other than 0, above 0 to " + Member.MAX_BOOT));
        }
        CompletableFuture<Reconciler.Result> result = new CompletableFuture<>();
        return shell.call(() -> {
                    Now now = shell.now();
                    node.registrar().duties().boot(request, now.nanos() + BOOT_NANOS, shell.completing(result));
                    node.tickRegistrar(now);
                    return result;
                })
                .thenApply(told -> {
                    if (told.boot() == null) {
                        throw new NotAgreedException(told.decision(), ClusterMessages.undecided(node.acceptorCount()));
                    }
                    return told.boot();
                });
    }

    CompletionStage<Void> agreeOn(String clusterId, RetirementChange change) {
        CompletableFuture<ProposalOutcome> result = new CompletableFuture<>();
        return shell.call(() -> {
                    Now now = shell.now();
                    node.admission().checkCluster(clusterId);
                    node.registrar().agreeOn(change, now.nanos() + CLOSING_NANOS, shell.completing(result), now);
                    return result;
                })
                .thenAccept(this::checkAgreed);
    }

    private void checkAgreed(ProposalOutcome decision) {
        switch (decision) {
            case ProposalOutcome.Changed changed -> {}
            case ProposalOutcome.Refused refused -> throw new NotAgreedException(refused, refused.sentence());
            case ProposalOutcome.Undecided undecided ->
                throw new NotAgreedException(undecided, ClusterMessages.undecided(node.acceptorCount()));
        }
    }

    CompletionStage<Departed> remove(NodeId target, boolean force) {
        CompletableFuture<RegisterNode.Departing> result = new CompletableFuture<>();
        return shell.call(() -> {
                    Now now = shell.now();
                    node.registrar().checkDead(target);
                    node.registrar().remove(target, force, now.nanos() + DEPART_NANOS, shell.completing(result), now);
                    return result;
                })
                .thenApply(this::departed);
    }

    CompletionStage<Departed> leaveForGood(NodeId self, boolean force) {
        CompletableFuture<RegisterNode.Departing> result = new CompletableFuture<>();
        return shell.call(() -> {
                    Now now = shell.now();
                    node.registrar()
                            .leaveForGood(self, force, now.nanos() + DEPART_NANOS, shell.completing(result), now);
                    return result;
                })
                .thenApply(this::departed);
    }

    private Departed departed(RegisterNode.Departing departing) {
        return switch (departing.decision()) {
            case ProposalOutcome.Changed changed -> departing.who().orElseThrow();
            case ProposalOutcome.Refused refused -> throw new NotAgreedException(refused, refused.sentence());
            case ProposalOutcome.Undecided undecided ->
                throw new NotAgreedException(undecided, ClusterMessages.undecided(node.acceptorCount()));
        };
    }

    CompletionStage<Decided> propose(Proposal proposal) {
        CompletableFuture<Decided> result = new CompletableFuture<>();
        return shell.call(() -> {
            node.admission().checkCluster(proposal.clusterId());
            node.registrar().propose(proposal, shell.completing(result), shell.now());
            return result;
        });
    }
}
