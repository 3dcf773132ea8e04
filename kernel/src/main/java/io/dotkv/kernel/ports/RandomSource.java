package io.dotkv.kernel.ports;

/**
 * Randomness that is passed in, so that a simulation replays from its seed. Fork one per component: then what one
 * component draws does not change what another gets.
 */
public interface RandomSource {
    /** A uniformly distributed number from 0 to {@code bound - 1}. */
    int nextInt(int bound);

    /** 64 uniformly distributed bits. */
    long nextLong();

    /** An independent source. */
    RandomSource fork();
}
