package io.dotkv.cluster;

import java.util.ArrayList;
import java.util.List;

/** Collects the effects of one event. What must be durable is remembered apart, because it goes first. One thread. */
final class Outbox {
    private List<Effect> effects = new ArrayList<>();
    private boolean unsaved;
    private boolean unseen;

    void add(Effect effect) {
        effects.add(effect);
    }

    /** The durable state has changed. */
    void save() {
        unsaved = true;
    }

    /** What people and other layers see has changed. */
    void show() {
        unseen = true;
    }

    boolean isUnsaved() {
        return unsaved;
    }

    boolean isUnseen() {
        return unseen;
    }

    /** The effects so far; begins anew. */
    List<Effect> take() {
        List<Effect> taken = effects;
        effects = new ArrayList<>();
        unsaved = false;
        unseen = false;
        return taken;
    }
}
