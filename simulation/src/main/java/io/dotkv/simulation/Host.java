package io.dotkv.simulation;

import org.jspecify.annotations.Nullable;

/** A place in the network: a machine with an address, on which a process may run. */
final class Host {
    private final String name;
    private final int number;
    private @Nullable Endpoint running;

    /** @param number counts the hosts of a network, from 0 */
    Host(String name, int number) {
        this.name = name;
        this.number = number;
    }

    String name() {
        return name;
    }

    int number() {
        return number;
    }

    /** Where nodes reach it. */
    String address() {
        return name + ":3000";
    }

    /** The process that runs there now, or null. */
    @Nullable
    Endpoint running() {
        return running;
    }

    void run(@Nullable Endpoint process) {
        running = process;
    }

    @Override
    public String toString() {
        return name;
    }
}
