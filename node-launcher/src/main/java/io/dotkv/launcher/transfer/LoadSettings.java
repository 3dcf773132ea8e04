package io.dotkv.launcher.transfer;

import io.dotkv.proto.replication.v1.Consistency;
import java.time.Duration;

/**
 * How to load.
 *
 * @param format how entries are written
 * @param fromLine the first line to load, from 1; those before it are passed over
 * @param dryRun whether lines are only read and checked, and nothing is sent
 * @param consistency how many replicas must have stored each entry
 * @param inFlight how many entries wait for an answer at once; each is held in memory
 * @param attempt for how long one try of one operation may take
 * @param patience for how long one operation is tried again before its entry counts as failed
 */
public record LoadSettings(
        Format format,
        long fromLine,
        boolean dryRun,
        Consistency consistency,
        int inFlight,
        Duration attempt,
        Duration patience) {}
