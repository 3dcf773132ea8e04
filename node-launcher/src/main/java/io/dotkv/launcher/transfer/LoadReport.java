package io.dotkv.launcher.transfer;

import java.util.Optional;

/**
 * What became of the entries of a load.
 *
 * @param loaded acknowledged
 * @param badLines lines that hold no entry
 * @param refused entries that the cluster refused
 * @param notApplied entries that were surely not applied
 * @param unknown entries that may have been applied
 * @param stoppedAtLine the first line that is not loaded, when the load ended before its input did: it goes on from
 *     there; 0 when it came to the end
 * @param brokenInput why the input could not be read to its end
 * @param nanos how long it took
 */
public record LoadReport(
        long loaded,
        long badLines,
        long refused,
        long notApplied,
        long unknown,
        long stoppedAtLine,
        Optional<String> brokenInput,
        long nanos) {
    /** Everything that is not loaded. */
    public long failed() {
        return badLines + refused + notApplied + unknown;
    }

    /** Entries loaded in a second, on average. */
    public long perSecond() {
        return nanos == 0 ? 0 : Math.round(loaded * 1e9 / nanos);
    }
}
