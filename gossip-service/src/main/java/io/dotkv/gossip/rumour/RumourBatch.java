package io.dotkv.gossip.rumour;

import java.util.ArrayList;
import java.util.List;

/** Rumours for one message, up to its limits of number and bytes. */
public final class RumourBatch {
    private final RumourSettings settings;
    private final List<Rumour> rumours = new ArrayList<>();
    private long sizeBytes;

    public RumourBatch(RumourSettings settings) {
        this.settings = settings;
    }

    /** Adds it if it fits, and says whether it did. */
    boolean add(Rumour rumour) {
        if (rumours.size() >= settings.maxExchangeRumours()
                || sizeBytes + rumour.sizeBytes() > settings.maxExchangeBytes()) {
            return false;
        }
        rumours.add(rumour);
        sizeBytes += rumour.sizeBytes();
        return true;
    }

    public List<Rumour> rumours() {
        return List.copyOf(rumours);
    }
}
