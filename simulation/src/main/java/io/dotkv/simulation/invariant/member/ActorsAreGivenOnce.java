package io.dotkv.simulation.invariant.member;

import io.dotkv.kernel.Actor;
import io.dotkv.simulation.invariant.Invariant;
import io.dotkv.simulation.machine.NodeProcess;
import java.util.Map;
import java.util.TreeMap;

/** A node number belongs to one node, and a boot of it to one process. */
public final class ActorsAreGivenOnce implements Invariant {
    private final Map<Integer, String> nodes = new TreeMap<>();
    private final Map<Actor, NodeProcess> processes = new TreeMap<>();

    @Override
    public String sentence() {
        return "No node number is given to two nodes, and no boot to two processes.";
    }

    @Override
    public void assumed(NodeProcess process, Actor actor, Verdict verdict) {
        String node = process.host().name();
        String other = nodes.putIfAbsent(actor.node(), node);
        if (other != null && !other.equals(node)) {
            verdict.violated(node + " works as " + actor + ", and " + other + " had that node number");
        } else if (processes.computeIfAbsent(actor, first -> process) != process) {
            verdict.violated(node + " works as " + actor + ", and so did a process of it before");
        }
    }
}
