package io.dotkv.storage;

/**
 * Is told how a mutation goes: {@link #assigned} at most once, then {@link #ended} exactly once. A mutation that is refused
 * ends without having been assigned.
 */
public interface MutationListener {
    /** A dot is assigned and the change is on its way to the disk: carrying the delta to other replicas may begin. */
    void assigned(Assignment assignment);

    /** The change is durable here, or was refused, or its fate here is unknown. The value is the placement number. */
    void ended(Outcome<Long> outcome);
}
