package io.dotkv.simulation.machine;

import org.jspecify.annotations.Nullable;

/** A place in the network: a machine with an address, on which a process may run. */
public final class Host {
    private final String name;
    private final int number;
    private @Nullable NodeProcess running;

    /** @param number counts the hosts of a network, from 0 */
    Host(String name, int number) {
        this.name = name;
        this.number = number;
    }

    public String name() {
        return name;
    }

    int number() {
        return number;
    }

    /** Where nodes reach it. */
    public String address() {
        return name + ":3000";
    }

    /** The process that runs there now, or null. */
    @Nullable
    NodeProcess running() {
        return running;
    }

    void run(@Nullable NodeProcess process) {
        running = process;
    }

    @Override
    public String toString() {
        return name;
    }
}
