package io.dotkv.storage;

/**
 * Is told how a mutation goes: {@link #assigned} at most once, then {@link #ended} exactly once. A mutation that is
 * refused ends without having been assigned.
 */
public interface MutationListener {
    /**
     * A dot is assigned and the change is on its way to the disk: carrying the delta to other replicas may begin. A
     * {@linkplain StampedWrite#repeated repeated} one is durable already: it carries the whole row, and what other
     * writes have done to it must not be seen elsewhere before they are safe here. So is one that adds to a counter: it
     * carries the whole share.
     */
    void assigned(StampedWrite assignment);

    /** The change is durable here, or was refused, or its fate here is unknown. The value is the placement number. */
    void ended(Outcome<Long> outcome);

    /**
     * Whether nobody waits for the mutation any more. Asked before it is begun, on any thread: then it is refused
     * instead.
     */
    default boolean isGivenUp() {
        return false;
    }
}
