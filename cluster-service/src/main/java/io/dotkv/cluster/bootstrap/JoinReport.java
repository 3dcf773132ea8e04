package io.dotkv.cluster.bootstrap;

import io.dotkv.cluster.ClusterSettings;
import io.dotkv.cluster.Member;
import io.dotkv.cluster.Now;
import io.dotkv.cluster.membership.MemberTable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What to tell people while a node has not joined or its cluster has not formed: rarely, and with the reasons. One
 * thread.
 */
final class JoinReport {
    private static final long FIRST_NANOS = 5_000_000_000L;
    private static final long AGAIN_NANOS = 60_000_000_000L;
    private static final int MAX_REASONS = 64;

    private final ClusterSettings settings;
    private final Map<String, String> reasons = new TreeMap<>();
    private final long startNanos;
    private long dueNanos;

    JoinReport(ClusterSettings settings, Now start) {
        this.settings = settings;
        this.startNanos = start.nanos();
        this.dueNanos = startNanos + FIRST_NANOS;
    }

    /** It did not work there, for this reason. */
    void failed(String where, String why) {
        if (reasons.size() < MAX_REASONS || reasons.containsKey(where)) {
            reasons.put(where, why);
        }
    }

    Optional<String> tick(ContactSchedule contacts, boolean formed, MemberTable table, Now now) {
        if (now.nanos() < dueNanos
                || (contacts.joined() && formed)
                || settings.seeds().isEmpty()) {
            return Optional.empty();
        }
        dueNanos = now.nanos() + AGAIN_NANOS;
        long seconds = (now.nanos() - startNanos) / 1_000_000_000;
        List<Member> alive = table.alive();
        String line = contacts.joined()
                ? "The cluster has not formed after " + seconds + " s: " + alive.size() + " of " + settings.expect()
                        + " expected nodes have met: "
                        + alive.stream().map(Member::node).toList() + "."
                : "No other node was reached after " + seconds + " s through the seeds " + settings.seeds() + ".";
        String because = reasons.isEmpty() ? "" : " Last reasons: " + reasons + ".";
        reasons.clear();
        return Optional.of(line + because + " It goes on trying.");
    }
}
