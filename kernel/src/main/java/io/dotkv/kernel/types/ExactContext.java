package io.dotkv.kernel.types;

import io.dotkv.kernel.Leaf;

/**
 * What a change of a part of a key covers: never a live leaf outside of the part. The changes of this package take no
 * other; the {@linkplain io.dotkv.kernel.VersionVector version vector} of a whole key is another type and cannot be
 * passed.
 *
 * <p>Source: Almeida, Shoker, Baquero, <i>Delta State Replicated Data Types</i>, 2016, section 7. Departure: there a
 * removal covers what it shows at present; here also what it saw die. The event that killed it may be lost with its
 * only replica, and then an acknowledged removal would leave what was older than that alive elsewhere.
 *
 * @param part the leaves in it that are live are covered
 * @param dead what is covered beside them
 */
record ExactContext(Part part, Dead dead) {
    /** Some of a key's leaves. */
    interface Part {
        boolean holds(Leaf leaf);
    }

    /** Which dots that label no live leaf of the key are covered. */
    enum Dead {
        /** None. */
        NONE,
        /** Those of the coordinating actor, which has applied all its own dots. */
        OWN,
        /** All that the coordinating replica has seen. */
        SEEN
    }

    /** The live leaves of the part. Enough where older leaves of the part that may be left somewhere do no harm. */
    static ExactContext shown(Part part) {
        return new ExactContext(part, Dead.NONE);
    }

    /**
     * All that was seen of the part. Costs two small numbers for each run of live leaves outside of it.
     */
    static ExactContext seen(Part part) {
        return new ExactContext(part, Dead.SEEN);
    }

    /**
     * All dots that the actor has taken so far, but for its live leaves outside of the part, which holds leaves of the
     * actor alone.
     */
    static ExactContext own(Part part) {
        return new ExactContext(part, Dead.OWN);
    }
}
