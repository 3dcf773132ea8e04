package io.dotkv.replication.grpc.codec;

import io.dotkv.kernel.ports.RandomSource;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * Makes ids for writes whose client gave none: 64 random bits of this process, and a count. Unique as long as no two
 * processes draw the same bits. Any thread.
 */
public final class RequestIds implements Supplier<String> {
    private final String process;
    private final AtomicLong count = new AtomicLong();

    /** Ids of a process; the source must be seeded differently in each. */
    public RequestIds(RandomSource random) {
        process = Long.toUnsignedString(random.nextLong(), Character.MAX_RADIX) + "-";
    }

    @Override
    public String get() {
        return process + Long.toString(count.incrementAndGet(), Character.MAX_RADIX);
    }
}
