package io.dotkv.launcher.cli.cluster;

import io.dotkv.proto.cluster.v1.GetClusterResponse;
import io.dotkv.proto.cluster.v1.Member;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What is different between one view of the cluster and the next: of whichever node they are. One thread. */
final class NodeChanges {
    private final Map<String, Member> known = new TreeMap<>();
    private boolean first = true;

    /** Whether no view has been looked at yet. */
    boolean isFirst() {
        return first;
    }

    /** The members that are new or different; those of the first view are no change. */
    List<Member> in(GetClusterResponse view) {
        List<Member> changed =
                view.getMembersList().stream().filter(this::isDifferent).toList();
        view.getMembersList().forEach(member -> known.put(member.getNode(), member));
        boolean wasFirst = first;
        first = false;
        return wasFirst ? List.of() : changed;
    }

    private boolean isDifferent(Member member) {
        Member before = known.get(member.getNode());
        return before == null
                || before.getHealth() != member.getHealth()
                || before.getIncarnation() != member.getIncarnation()
                || !before.getAddresses().equals(member.getAddresses());
    }
}
