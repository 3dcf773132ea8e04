package io.dotkv.launcher.cli.cluster;

import io.dotkv.launcher.cli.format.DisplayText;
import io.dotkv.proto.replication.v1.Contact;
import io.dotkv.proto.replication.v1.ConvergeResponse;
import io.dotkv.proto.replication.v1.ConvergingNode;
import java.util.List;
import java.util.Optional;

/** How far the nodes of a cluster are from being equal, in words. Pure. */
final class LagReport {
    private LagReport() {}

    /** What there is to say of the nodes that are not there yet, one sentence each; empty when all are. */
    static List<String> sentences(ConvergeResponse response) {
        return response.getNodesList().stream()
                .map(LagReport::sentence)
                .flatMap(Optional::stream)
                .toList();
    }

    private static Optional<String> sentence(ConvergingNode node) {
        boolean reached = node.getContact() == Contact.REACHED;
        if (!node.hasMissingEvents()) {
            return Optional.of(node.getNode() + " is not reachable; what it lacks is not known");
        }
        if (node.getMissingEvents() == 0) {
            return reached
                    ? Optional.empty()
                    : Optional.of(node.getNode() + " is not reachable; it lacked nothing when it was last heard of");
        }
        return Optional.of(node.getNode() + " lacks " + (reached ? "" : "at least ")
                + DisplayText.count(node.getMissingEvents(), "event", "events") + " of "
                + DisplayText.count(node.getMissingPartitions(), "partition", "partitions")
                + (reached ? "" : "; not reachable"));
    }

    /** How many events the node that is farthest away lacks; "unknown" when that is not known of some node. */
    static String most(ConvergeResponse response) {
        return response.getNodesList().stream().allMatch(ConvergingNode::hasMissingEvents)
                ? Long.toString(response.getNodesList().stream()
                        .mapToLong(ConvergingNode::getMissingEvents)
                        .max()
                        .orElse(0))
                : "unknown";
    }
}
