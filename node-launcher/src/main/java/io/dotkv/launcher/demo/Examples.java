package io.dotkv.launcher.demo;

import io.dotkv.launcher.client.Endpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What to try on a demonstration. Every line can be typed as it stands. */
final class Examples {
    private static final List<Integer> DEFAULT_PORTS = List.of(3001, 3002, 3003);

    private Examples() {}

    /** Calls by the program itself. */
    static List<String> dotkv(String program, List<Endpoint> nodes) {
        boolean defaults = nodes.stream().map(Endpoint::port).toList().equals(DEFAULT_PORTS);
        String endpoints = nodes.stream().map(Endpoint::toString).collect(Collectors.joining(","));
        String at = defaults ? "" : " --endpoint " + endpoints;
        return List.of(
                program + " put cart:42 '3 apples'" + at,
                program + " get cart:42 --endpoint " + nodes.getLast(),
                program + " cluster status" + at);
    }

    /** Calls by grpcurl. */
    static List<String> grpcurl(List<Endpoint> nodes) {
        String service = " dotkv.replication.v1.ReplicationService/";
        return List.of(
                "grpcurl -plaintext -d '{\"key\": \"cart:42\", \"value\": \"4 pears\"}' " + nodes.getFirst() + service
                        + "Put",
                "grpcurl -plaintext -d '{\"key\": \"cart:42\"}' " + nodes.getLast() + service + "Get",
                "grpcurl -plaintext -d '{\"key\": \"cart:42\", \"consistency\": \"ALL\"}' " + nodes.getFirst() + service
                        + "Delete",
                "grpcurl -plaintext " + nodes.getFirst() + " list");
    }

    /** How to take a node away and see that the rest goes on. */
    static List<String> kill(String program, List<Endpoint> nodes, String victim, long pid) {
        List<String> lines = new ArrayList<>();
        lines.add("kill -9 " + pid + "    # " + victim);
        lines.addAll(dotkv(program, nodes.subList(0, 1)).subList(0, 1));
        lines.add(dotkv(program, nodes).getLast());
        return lines;
    }
}
