package io.dotkv.launcher.node;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which layers a process runs, and where the others of its node are. */
final class LayerOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec command = CommandSpec.create();

    @Option(
            names = "--services",
            split = ",",
            paramLabel = "LAYER",
            defaultValue = "storage,gossip,cluster,replication",
            description = "The layers to run: ${COMPLETION-CANDIDATES}. Default: all.")
    private List<Service> services = List.of();

    @Option(
            names = "--storage",
            paramLabel = "HOST:PORT",
            converter = HostPort.Reachable.class,
            description = "Address of this node's storage layer, if it runs in another process.")
    private @Nullable HostPort storage;

    @Option(
            names = "--gossip",
            paramLabel = "HOST:PORT",
            converter = HostPort.Reachable.class,
            description = "Address of this node's gossip layer, if it runs in another process.")
    private @Nullable HostPort gossip;

    @Option(
            names = "--cluster",
            paramLabel = "HOST:PORT",
            converter = HostPort.Reachable.class,
            description = "Address of this node's cluster layer, if it runs in another process.")
    private @Nullable HostPort cluster;

    /** The layers of this process, or a usage error when they do not fit together. */
    Set<Service> running() {
        Set<Service> running = services.isEmpty() ? EnumSet.noneOf(Service.class) : EnumSet.copyOf(services);
        refuse(running.isEmpty(), "--services names no layer");
        check(running);
        return running;
    }

    /** The layers in other processes. */
    NodeSettings.Remote remote() {
        return new NodeSettings.Remote(
                Optional.ofNullable(storage), Optional.ofNullable(gossip), Optional.ofNullable(cluster));
    }

    private void check(Set<Service> running) {
        refuseBoth(running, Service.STORAGE, storage, "--storage");
        refuseBoth(running, Service.GOSSIP, gossip, "--gossip");
        refuseBoth(running, Service.CLUSTER, cluster, "--cluster");
        refuse(
                running.contains(Service.CLUSTER) && !running.contains(Service.GOSSIP) && gossip == null,
                "the cluster layer needs a gossip layer: add gossip to --services, or name its address with --gossip");
        refuse(
                running.contains(Service.REPLICATION) && !running.contains(Service.CLUSTER) && cluster == null,
                "the replication layer needs a cluster layer: add cluster to --services, or name its address with --cluster");
        refuse(
                gossip != null && !running.contains(Service.CLUSTER),
                "--gossip is for the process that runs the cluster layer");
        refuse(
                cluster != null && !running.contains(Service.REPLICATION),
                "--cluster is for a process that runs the replication layer");
        refuse(
                storage != null && !running.contains(Service.REPLICATION) && !running.contains(Service.CLUSTER),
                "--storage is for a process that runs the cluster or the replication layer");
    }

    private void refuseBoth(Set<Service> running, Service service, @Nullable HostPort address, String option) {
        refuse(
                running.contains(service) && address != null,
                option + " names a layer in another process, but --services runs that layer here: omit one "
                        + "of them");
    }

    private void refuse(boolean wrong, String sentence) {
        if (wrong) {
            throw new ParameterException(command.commandLine(), sentence);
        }
    }
}
