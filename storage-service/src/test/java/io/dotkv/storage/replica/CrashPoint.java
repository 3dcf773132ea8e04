package io.dotkv.storage.replica;

import org.jspecify.annotations.Nullable;

/**
 * The write at which a process of the model ends: just before it is done or just after, with what becomes of the disk,
 * and whether the next process ends with it.
 */
final class CrashPoint {
    private final Loss loss;
    private final boolean periodic;
    private final int node;
    private final int write;
    private final boolean isDone;
    private final boolean takesAnother;
    private int seen;
    private boolean isOver;

    /** What becomes of the disk of a process that ends. */
    enum Loss {
        NOTHING,
        ALL_UNSYNCED,
        SOME_UNSYNCED,
        DISK,
        DISK_REPLACED_BY_AN_OLDER_COPY
    }

    /** The process has ended: nothing of what it was doing goes on. */
    static final class Died extends RuntimeException {
        private static final long serialVersionUID = 1;

        private Died() {
            super("the process has ended", null, false, false);
        }
    }

    /**
     * @param periodic whether writes are confirmed before they are synced
     * @param node whose write it is
     * @param write which of its writes, from 1; 0 for none, to count them
     * @param isDone whether the write itself is done; nothing of what follows is
     * @param takesAnother whether the process of the next node ends at the same moment
     */
    CrashPoint(Loss loss, boolean periodic, int node, int write, boolean isDone, boolean takesAnother) {
        this.loss = loss;
        this.periodic = periodic;
        this.node = node;
        this.write = write;
        this.isDone = isDone;
        this.takesAnother = takesAnother;
    }

    Loss loss() {
        return loss;
    }

    boolean periodic() {
        return periodic;
    }

    int node() {
        return node;
    }

    boolean takesAnother() {
        return takesAnother;
    }

    /** How many writes of the node there were. */
    int seen() {
        return seen;
    }

    /** The faults have ended: it does not come any more. */
    void faultsEnded() {
        isOver = true;
    }

    /** A process is about to write, or has just written. */
    void writing(int writer, boolean done) {
        if (isOver || writer != node) {
            return;
        }
        if (!done) {
            seen++;
        }
        if (seen == write && done == isDone) {
            throw new Died();
        }
    }

    /** Tells of the writes of a peer; nothing without a point. */
    static void tell(@Nullable CrashPoint point, int writer, boolean done) {
        if (point != null) {
            point.writing(writer, done);
        }
    }

    @Override
    public String toString() {
        return (periodic ? "periodic, " : "sync, ") + loss + " at node " + node + (isDone ? " after " : " before ")
                + "write " + write + (takesAnother ? ", and the next node with it" : "");
    }
}
