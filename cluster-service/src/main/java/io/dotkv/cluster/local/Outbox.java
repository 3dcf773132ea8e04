package io.dotkv.cluster.local;

import io.dotkv.cluster.Now;
import java.util.ArrayList;
import java.util.List;

/**
 * Collects the effects of an event. What must be durable goes first, and at once when it concerns this node's own word; what
 * only helps to find others again, and what people and other layers see, may wait for a while and is then done once for
 * many changes, since it costs as much as the table is long. One thread.
 */
final class Outbox {
    private static final long SAVE_PAUSE_NANOS = 1_000_000_000;

    private List<ClusterEffect> effects = new ArrayList<>();
    private boolean unsaved;
    private boolean unsavedSoon;
    private boolean unseen;
    private boolean ungrouped;
    private long nextSaveNanos;
    private long nextShowNanos;

    void add(ClusterEffect effect) {
        effects.add(effect);
    }

    /** The durable state has changed in what this node answers for. */
    void save() {
        unsaved = true;
    }

    /** The durable state has changed in what is worth knowing at the next start. */
    void saveSoon() {
        unsavedSoon = true;
    }

    /** What people and other layers see has changed. */
    void show() {
        unseen = true;
    }

    /** Those to gossip with have changed. */
    void regroup() {
        ungrouped = true;
        unseen = true;
    }

    /** Whether to save now; if so, it is taken for done. */
    boolean isSaveDue(Now now) {
        boolean due = unsaved || (unsavedSoon && now.nanos() >= nextSaveNanos);
        if (due) {
            unsaved = false;
            unsavedSoon = false;
            nextSaveNanos = now.nanos() + SAVE_PAUSE_NANOS;
        }
        return due;
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

    /** The effects so far; begins anew. */
    List<ClusterEffect> take() {
        List<ClusterEffect> taken = effects;
        effects = new ArrayList<>();
        return taken;
    }
}
