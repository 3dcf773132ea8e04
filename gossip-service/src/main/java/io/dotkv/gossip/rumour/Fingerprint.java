package io.dotkv.gossip.rumour;

/**
 * The hashes by which nodes compare what they have; the same on every machine, since they travel. A text is hashed by
 * FNV-1a over its UTF-16 units and one unit that ends it, then every bit is spread over all by the finisher of
 * SplitMix64.
 *
 * <p>They find accidents and not forgeries: who can send a forged rumour need not forge its hash.
 */
final class Fingerprint {
    private static final long START = 0xcbf29ce484222325L;
    private static final long PRIME = 0x100000001b3L;
    private static final long END_OF_TEXT = 0x1ffff;

    private Fingerprint() {}

    /** Where a subject stands: the upper 60 bits of the hash of topic and subject. */
    static long position(String topic, String subject) {
        return name(topic, subject) >>> (Long.SIZE - SubjectRange.POSITION_BITS);
    }

    /** Of a subject and its version. The payload follows from these. */
    static long of(Rumour rumour) {
        Version version = rumour.version();
        long hash = name(rumour.topic(), rumour.subject());
        hash = spread(hash + version.generation());
        hash = spread(hash + version.sequence());
        return spread(text(hash, version.publisher()));
    }

    private static long name(String topic, String subject) {
        return spread(text(text(START, topic), subject));
    }

    private static long text(long start, String text) {
        long hash = start;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * PRIME;
        }
        return (hash ^ END_OF_TEXT) * PRIME;
    }

    private static long spread(long bits) {
        long mixed = (bits ^ (bits >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        return mixed ^ (mixed >>> 31);
    }
}
