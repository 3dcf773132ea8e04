package io.dotkv.cluster.local;

import io.dotkv.cluster.Now;
import java.util.ArrayList;
import java.util.List;

/**
 * What an event has led to and is not carried out yet. What people and other layers see may wait for a while and is
 * then shown once for many changes, since it costs as much as the table is long. One thread.
 */
final class PendingEffects {
    private final List<ClusterEffect> sends = new ArrayList<>();
    private final List<ClusterEffect> outcomes = new ArrayList<>();
    private boolean unseen;
    private boolean ungrouped;
    private long nextShowNanos;

    void send(ClusterEffect effect) {
        sends.add(effect);
    }

    /** Calls are answered last. */
    void answer(ClusterEffect outcome) {
        outcomes.add(outcome);
    }

    void show() {
        unseen = true;
    }

    void regroup() {
        ungrouped = true;
        unseen = true;
    }

    /** Whether to show now; if so, it is taken for done, and not due again before the pause is over. */
    boolean isShowDue(long pauseNanos, Now now) {
        boolean due = unseen && now.nanos() >= nextShowNanos;
        if (due) {
            unseen = false;
            nextShowNanos = now.nanos() + pauseNanos;
        }
        return due;
    }

    /** Whether the peers have changed; if so, it is taken for done. */
    boolean isRegroupDue() {
        boolean due = ungrouped;
        ungrouped = false;
        return due;
    }

    List<ClusterEffect> takeSends() {
        return taken(sends);
    }

    List<ClusterEffect> takeAnswers() {
        return taken(outcomes);
    }

    private static List<ClusterEffect> taken(List<ClusterEffect> effects) {
        List<ClusterEffect> taken = List.copyOf(effects);
        effects.clear();
        return taken;
    }
}
