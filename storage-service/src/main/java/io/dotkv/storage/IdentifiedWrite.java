package io.dotkv.storage;

import io.dotkv.kernel.Dot;
import java.util.Optional;

/**
 * By which name consecutive events of one actor were asked for.
 *
 * @param name empty when whoever says this has the events and does not know their name
 * @param first the first of the events
 * @param count how many there are, at least 1
 */
public record IdentifiedWrite(Optional<WriteId> name, Dot first, int count) {}
