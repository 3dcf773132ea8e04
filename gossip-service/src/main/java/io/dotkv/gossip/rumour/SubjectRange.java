package io.dotkv.gossip.rumour;

/**
 * All subjects whose positions begin with the same hexadecimal digits. The range of depth 0 holds all; each has sixteen
 * parts of the next depth.
 *
 * @param depth how many digits, 0 to {@value #MAX_DEPTH}
 * @param prefix the digits as a number
 */
public record SubjectRange(int depth, long prefix) {
    /** The depth at which a range is one position. */
    public static final int MAX_DEPTH = 15;

    /** How many parts a range has. */
    public static final int PARTS = 16;

    /** Everything. */
    public static final SubjectRange ALL = new SubjectRange(0, 0);

    static final int POSITION_BITS = 60;
    private static final int DIGIT_BITS = 4;

    public SubjectRange {
        if (depth < 0 || depth > MAX_DEPTH || prefix < 0 || prefix >= 1L << (DIGIT_BITS * depth)) {
            throw new IllegalArgumentException("a range of subjects has 0 to " + MAX_DEPTH
                    + " hexadecimal digits and a prefix of so many, not " + depth + " and " + prefix);
        }
    }

    /** The part with that digit. */
    public SubjectRange part(int digit) {
        return new SubjectRange(depth + 1, prefix * PARTS + digit);
    }

    /** The first position in it. */
    long first() {
        return prefix << restBits();
    }

    /** The first position behind it. */
    long end() {
        return (prefix + 1) << restBits();
    }

    private int restBits() {
        return POSITION_BITS - DIGIT_BITS * depth;
    }
}
