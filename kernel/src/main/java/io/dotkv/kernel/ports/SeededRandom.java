package io.dotkv.kernel.ports;

import java.util.SplittableRandom;

/** A {@link RandomSource} whose every draw follows from its seed. Not for secrets. One thread at a time. */
public final class SeededRandom implements RandomSource {
    private final SplittableRandom random;

    public SeededRandom(long seed) {
        this(new SplittableRandom(seed));
    }

    private SeededRandom(SplittableRandom random) {
        this.random = random;
    }

    @Override
    public int nextInt(int bound) {
        return random.nextInt(bound);
    }

    @Override
    public long nextLong() {
        return random.nextLong();
    }

    @Override
    public RandomSource fork() {
        return new SeededRandom(random.split());
    }
}
