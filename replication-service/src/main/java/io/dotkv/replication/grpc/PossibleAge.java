package io.dotkv.replication.grpc;

import io.grpc.Context;

/** How old a message of a stream may be when it is handed over, set by a server that did not run for a while. */
public final class PossibleAge {
    /** In nanoseconds; absent for a message that has just been sent. */
    public static final Context.Key<Long> NANOS = Context.key("dotkv-possible-age");

    private PossibleAge() {}

    static long nanos() {
        Long age = NANOS.get();
        return age == null ? 0 : age;
    }
}
