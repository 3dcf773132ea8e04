package io.dotkv.simulation;

import io.dotkv.cluster.Cluster;
import io.dotkv.cluster.ClusterView;
import io.dotkv.cluster.register.state.RetirementChange;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.ports.Subscription;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** A cluster layer that passes everything on; a planted fault overrides what it breaks. */
abstract class TamperedCluster implements Cluster {
    final Cluster real;

    TamperedCluster(Cluster real) {
        this.real = real;
    }

    @Override
    public CompletionStage<ClusterView> view() {
        return real.view();
    }

    @Override
    public Subscription watch(Consumer<ClusterView> listener) {
        return real.watch(listener);
    }

    @Override
    public CompletionStage<AgreedBoot> boot(BootRequest request) {
        return real.boot(request);
    }

    @Override
    public CompletionStage<Void> agreeOn(String clusterId, RetirementChange change) {
        return real.agreeOn(clusterId, change);
    }

    @Override
    public CompletionStage<Departed> remove(NodeId node, boolean force) {
        return real.remove(node, force);
    }

    @Override
    public CompletionStage<Departed> leaveForGood(boolean force) {
        return real.leaveForGood(force);
    }
}
