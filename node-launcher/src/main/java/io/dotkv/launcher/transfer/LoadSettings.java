package io.dotkv.launcher.transfer;

import io.dotkv.proto.replication.v1.Consistency;
import java.time.Duration;

/**
 * How to load.
 *
 * @param format how entries are written
 * @param consistency how many replicas must have stored each entry
 * @param inFlight how many puts wait for an answer at once; each holds its value in memory
 * @param attempt for how long one try of one put may take
 * @param patience for how long one put is tried again before it counts as failed
 */
public record LoadSettings(Format format, Consistency consistency, int inFlight, Duration attempt, Duration patience) {}
