package io.dotkv.storage.grpc.codec;

import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a process tells of itself beside its storage. Immutable.
 *
 * @param version of the program; empty when it is not known
 * @param settings the options that are meant to be the same on all nodes, by name
 */
public record ProcessInfo(String version, SortedMap<String, String> settings) {
    public static final ProcessInfo UNKNOWN = new ProcessInfo("", new TreeMap<>());
}
