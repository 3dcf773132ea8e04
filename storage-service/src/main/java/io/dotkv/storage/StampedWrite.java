package io.dotkv.storage;

import io.dotkv.kernel.Delta;

/**
 * A mutation that has got its dots: one, or for an update of data types one for each step.
 *
 * @param delta the change, to be carried to the other replicas
 * @param replaced how many leaves it replaced at this replica
 * @param repeated whether the request id was known, so that this is the event of an earlier try
 */
public record StampedWrite(Delta delta, int replaced, boolean repeated) {}
