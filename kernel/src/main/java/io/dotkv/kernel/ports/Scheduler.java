package io.dotkv.kernel.ports;

/**
 * One serialized executor: tasks run one after the other, never overlap, never start inside the call that submits
 * them, and run in the order in which they became due. A protocol's state is touched from one scheduler only.
 */
public interface Scheduler {
    /** Runs the task as soon as possible. */
    void execute(Runnable task);

    /** Runs the task once, about so many nanoseconds from now. */
    Cancellable schedule(Runnable task, long delayNanos);

    /** Something that can be called off. */
    interface Cancellable {
        /** After this the task does not start, unless it already has. */
        void cancel();
    }
}
