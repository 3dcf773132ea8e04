package io.dotkv.simulation;

import io.dotkv.kernel.Key;
import io.dotkv.kernel.Leaf;
import java.util.List;

/**
 * An answer about one key.
 *
 * @param required how many replicas the level asked for
 * @param beganNanos true time at which the client asked
 */
record ClientRead(String client, Key key, int required, long beganNanos, List<Leaf> values) {}
