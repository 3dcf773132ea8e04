package io.dotkv.launcher.output;

/**
 * Where a person sits. The start script knows it.
 *
 * @param reads whether standard input is a terminal, so that a question can be answered
 * @param seesAnswers whether standard output is a terminal
 * @param seesMessages whether standard error is a terminal
 * @param columns how wide the terminal is
 */
public record Screen(boolean reads, boolean seesAnswers, boolean seesMessages, int columns) {
    /** No terminal anywhere. */
    public static final Screen NONE = new Screen(false, false, false, 110);

    private static final int LEAST_COLUMNS = 55;
    private static final int MOST_COLUMNS = 110;

    public Screen {
        columns = Math.clamp(columns, LEAST_COLUMNS, MOST_COLUMNS);
    }

    /**
     * The terminals of this process: {@code dotkv.terminal} names their descriptors, {@code dotkv.columns} the width.
     */
    public static Screen ofProcess() {
        String terminals = System.getProperty("dotkv.terminal", "");
        return new Screen(
                terminals.contains("0"),
                terminals.contains("1"),
                terminals.contains("2"),
                Integer.getInteger("dotkv.columns", MOST_COLUMNS));
    }
}
