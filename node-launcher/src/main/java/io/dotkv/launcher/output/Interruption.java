package io.dotkv.launcher.output;

/**
 * What a long command does when it is stopped by SIGINT or SIGTERM before its end: it shows what it has. The process
 * then ends as the signal demands, with exit code 130 or 143.
 *
 * <p>Threading: the action runs on a thread of its own, once at most, while the command goes on; nothing of it runs
 * after {@link #close} has returned, unless it had begun before.
 */
public final class Interruption implements AutoCloseable {
    private final Thread hook;
    private volatile boolean begun;

    private Interruption(Runnable show) {
        this.hook = new Thread(
                () -> {
                    begun = true;
                    show.run();
                },
                "interruption");
    }

    /** From now until it is closed, a signal runs this action. */
    public static Interruption showing(Runnable show) {
        Interruption interruption = new Interruption(show);
        Runtime.getRuntime().addShutdownHook(interruption.hook);
        return interruption;
    }

    /** Whether a signal came: then the action shows what there is, and the command need not. */
    public boolean begun() {
        return begun;
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException ending) {
            begun = true;
        }
    }
}
