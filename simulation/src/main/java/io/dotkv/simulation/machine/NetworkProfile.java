package io.dotkv.simulation.machine;

import io.dotkv.kernel.ports.RandomSource;

/**
 * How the network treats messages.
 *
 * @param baseNanos the shortest time that a message takes
 * @param spreadNanos how much longer it usually takes at most
 * @param spikePpm of a million messages, so many take much longer
 * @param spikeNanos how much longer these take at most
 * @param lossPpm of a million messages, so many are lost; on a stream they are sent again, and what follows waits for
 *     them
 * @param twicePpm of a million requests between nodes that do not go over a stream, so many arrive twice
 * @param resetPpm of a million calls over a stream, so many find it broken before they are sent
 */
public record NetworkProfile(
        long baseNanos, long spreadNanos, int spikePpm, long spikeNanos, int lossPpm, int twicePpm, int resetPpm) {
    private static final int MILLION = 1_000_000;
    private static final long RESEND_NANOS = 200_000_000;

    /** Nothing goes wrong. */
    public NetworkProfile calm() {
        return new NetworkProfile(baseNanos, spreadNanos, 0, 0, 0, 0, 0);
    }

    long delayNanos(RandomSource random) {
        long delay = baseNanos + upTo(random, spreadNanos);
        return chance(random, spikePpm) ? delay + upTo(random, spikeNanos) : delay;
    }

    /** How long a message of a stream takes. */
    long streamDelayNanos(RandomSource random) {
        long delay = delayNanos(random);
        for (long resend = RESEND_NANOS; chance(random, lossPpm) && resend < 16 * RESEND_NANOS; resend *= 2) {
            delay += resend;
        }
        return delay;
    }

    boolean loses(RandomSource random) {
        return chance(random, lossPpm);
    }

    boolean doubles(RandomSource random) {
        return chance(random, twicePpm);
    }

    boolean resets(RandomSource random) {
        return chance(random, resetPpm);
    }

    private static boolean chance(RandomSource random, int ppm) {
        return ppm > 0 && random.nextInt(MILLION) < ppm;
    }

    private static long upTo(RandomSource random, long nanos) {
        return Long.remainderUnsigned(random.nextLong(), nanos + 1);
    }
}
