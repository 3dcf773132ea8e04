package io.dotkv.launcher.cli.format;

import io.dotkv.launcher.client.RetryDecision;

/** How a command ended, for scripts. The numbers are part of the interface and do not change. */
public final class ExitCode {
    /** All went well. */
    public static final int OK = 0;

    /** The key has no value. */
    public static final int NOT_FOUND = 1;

    /** The command line was wrong. */
    public static final int USAGE = 2;

    /** The key has several values that were written concurrently. */
    public static final int CONFLICT = 3;

    /** Too few nodes could be reached: surely not applied. */
    public static final int UNAVAILABLE = 4;

    /** A write may or may not have been applied. */
    public static final int UNKNOWN_OUTCOME = 5;

    /** The request was refused, or the input was bad. */
    public static final int REFUSED = 6;

    /** Something failed that should not fail. */
    public static final int INTERNAL = 7;

    /** Damage was found on a disk, and all of it was mended. */
    public static final int DAMAGE_MENDED = 8;

    /** Damage was found on a disk, and some of it was not mended. */
    public static final int DAMAGE_LEFT = 9;

    /** Every partition has a majority of its replicas, and some lack a replica, where all were asked for. */
    public static final int NOT_WHOLE = 10;

    /** The command did its work, but its answer could not be written, or not all of it. */
    public static final int OUTPUT_LOST = 11;

    /** Stopped by SIGINT, as the shell tells it. */
    public static final int INTERRUPTED = 130;

    /** Nobody read the output any more, as the shell tells SIGPIPE. */
    public static final int PIPE_CLOSED = 141;

    public static final String HEADING = "%nExit codes:%n";
    public static final String LINE_OK = "0:ok";
    public static final String LINE_NOT_FOUND = "1:not found: the key has no value";
    public static final String LINE_USAGE = "2:usage: invalid command line";
    public static final String LINE_CONFLICT = "3:conflict: the key has several concurrent values";
    public static final String LINE_UNAVAILABLE_TO_READ = "4:unavailable: too few nodes could be reached";
    public static final String LINE_UNAVAILABLE =
            "4:unavailable: too few nodes could be reached; certainly not applied";
    public static final String LINE_UNKNOWN_OUTCOME =
            "5:unknown outcome: the write may take effect; retry with its request id";
    public static final String LINE_REFUSED = "6:refused: invalid request, or a precondition failed";
    public static final String LINE_INTERNAL = "7:internal: unexpected error";

    /**
     * What {@link #OUTPUT_LOST} means; every command can end so, and the list of its exit codes gets this line by
     * itself.
     */
    public static final String LINE_OUTPUT_LOST = "output lost: the output could not be written completely";

    private ExitCode() {}

    /** Whether the command failed, which says more than that its output was lost. */
    static boolean isFailure(int exitCode) {
        return exitCode == USAGE || (exitCode >= UNAVAILABLE && exitCode <= INTERNAL);
    }

    /** The exit code of a failed call. */
    public static int of(RetryDecision verdict) {
        return switch (verdict) {
            case NOT_APPLIED -> UNAVAILABLE;
            case UNKNOWN_OUTCOME -> UNKNOWN_OUTCOME;
            case REFUSED -> REFUSED;
            case INTERNAL -> INTERNAL;
        };
    }
}
