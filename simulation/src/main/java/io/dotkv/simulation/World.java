package io.dotkv.simulation;

import io.dotkv.cluster.Cluster;
import io.dotkv.cluster.ClusterView;
import io.dotkv.kernel.Actor;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.ports.RandomSource;
import io.dotkv.kernel.simulated.SimulatedTime;
import io.dotkv.simulation.history.ClientRead;
import io.dotkv.simulation.history.ClientWrite;
import io.dotkv.simulation.history.DepartedNodes;
import io.dotkv.simulation.history.FinalState;
import io.dotkv.simulation.history.History;
import io.dotkv.simulation.history.IssuedDot;
import io.dotkv.simulation.history.Trace;
import io.dotkv.simulation.history.TraceText;
import io.dotkv.simulation.history.Violation;
import io.dotkv.simulation.invariant.Invariant;
import io.dotkv.simulation.invariant.RequestsEnd;
import io.dotkv.simulation.invariant.data.AcknowledgedWritesSurvive;
import io.dotkv.simulation.invariant.data.DeletesStay;
import io.dotkv.simulation.invariant.data.DigestsAreEqual;
import io.dotkv.simulation.invariant.data.DotsAreIssuedOnce;
import io.dotkv.simulation.invariant.data.MonotonicReadsGoForward;
import io.dotkv.simulation.invariant.data.NotAppliedNeverAppears;
import io.dotkv.simulation.invariant.data.QuorumReadsSeeAcknowledgedWrites;
import io.dotkv.simulation.invariant.data.ReplicasAreEqual;
import io.dotkv.simulation.invariant.data.RowsFollowFromEvents;
import io.dotkv.simulation.invariant.data.SessionsGoForward;
import io.dotkv.simulation.invariant.data.SiblingsAreExplained;
import io.dotkv.simulation.invariant.data.WritesCountOnce;
import io.dotkv.simulation.invariant.member.ActorsAreGivenOnce;
import io.dotkv.simulation.invariant.member.AgreementsAreEqual;
import io.dotkv.simulation.invariant.member.ClocksCarryLiveActors;
import io.dotkv.simulation.invariant.member.DeparturesStay;
import io.dotkv.simulation.invariant.member.MembersAgree;
import io.dotkv.simulation.invariant.member.NoLiveNodeIsDead;
import io.dotkv.simulation.invariant.member.NodesAreReady;
import io.dotkv.simulation.invariant.member.OneCluster;
import io.dotkv.simulation.machine.FaultHooks;
import io.dotkv.simulation.machine.NodeProcess;
import io.dotkv.simulation.machine.SimulatedClock;
import io.dotkv.simulation.machine.SimulatedDisk;
import io.dotkv.simulation.machine.SimulatedNetwork;
import io.dotkv.simulation.machine.SimulatedNode;
import io.dotkv.simulation.machine.SimulationContext;
import io.dotkv.storage.Requests;
import io.dotkv.storage.StampedWrite;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/** All that there is in one run: time, network, nodes, what happened, and what must hold of it. One thread. */
public final class World implements SimulationContext {
    private final SimulatedTime time;
    private final RandomSource random;
    private final RunProfile shape;
    private final FaultHooks fittings;
    private final Trace trace;
    private final SimulatedNetwork network;
    private final History history;
    private final List<SimulatedNode> nodes = new ArrayList<>();
    private final List<String> seeds = new ArrayList<>();
    private final List<Invariant> invariants;
    private final Map<String, Violation> violations = new LinkedHashMap<>();
    private final RetryCounter retries = new RetryCounter();
    private final DepartedNodes departures = new DepartedNodes();
    private final Optional<Operator> operator;
    private boolean faulty = true;

    World(long seed, RandomSource random, RunProfile shape, RunOptions options) {
        this.time = new SimulatedTime(seed);
        this.random = random;
        this.shape = shape;
        this.fittings = options.fittings();
        this.trace = new Trace(time, options.trace());
        this.network = new SimulatedNetwork(time, random.fork(), trace, shape.weather());
        this.history = new History(shape.partitions(), shape.losses());
        this.invariants = List.of(
                new DotsAreIssuedOnce(history),
                new AcknowledgedWritesSurvive(history),
                new SiblingsAreExplained(history),
                new DeletesStay(history),
                new ReplicasAreEqual(),
                new DigestsAreEqual(),
                new RowsFollowFromEvents(history),
                new WritesCountOnce(history),
                new NotAppliedNeverAppears(history),
                new QuorumReadsSeeAcknowledgedWrites(history, Math.min(shape.replicas(), shape.nodes())),
                new SessionsGoForward(history),
                new MonotonicReadsGoForward(history, Math.min(shape.replicas(), shape.nodes()), shape.losses()),
                new RequestsEnd(),
                new OneCluster(),
                new MembersAgree(),
                new AgreementsAreEqual(),
                new DeparturesStay(),
                new ActorsAreGivenOnce(),
                new NodesAreReady(),
                new ClocksCarryLiveActors(),
                new NoLiveNodeIsDead());
        for (int number = 1; number <= shape.nodes() + shape.members().lateNodes(); number++) {
            addNode("n" + number);
        }
        lateNodes().forEach(SimulatedNode::withhold);
        this.operator = shape.members().isNone() ? Optional.empty() : Optional.of(new Operator(this));
    }

    private void addNode(String name) {
        SimulatedDisk disk = new SimulatedDisk(random.fork(), shape.disk());
        int driftPpm = shape.maxDriftPpm() == 0 ? 0 : random.nextInt(2 * shape.maxDriftPpm()) - shape.maxDriftPpm();
        SimulatedClock clock = new SimulatedClock(time, random.nextInt(1_000_000) * MILLI, driftPpm);
        SimulatedNode node = new SimulatedNode(new NodeId(name), this, disk, clock, random.fork());
        nodes.add(node);
        seeds.add(node.host().address());
    }

    @Override
    public SimulatedTime time() {
        return time;
    }

    RandomSource random() {
        return random;
    }

    RunProfile shape() {
        return shape;
    }

    @Override
    public ClusterProfile profile() {
        return new ClusterProfile(
                shape.nodes(), shape.partitions(), shape.replicas(), shape.storage(), shape.replication());
    }

    @Override
    public FaultHooks fittings() {
        return fittings;
    }

    @Override
    public Trace trace() {
        return trace;
    }

    @Override
    public SimulatedNetwork network() {
        return network;
    }

    History history() {
        return history;
    }

    List<SimulatedNode> nodes() {
        return nodes;
    }

    /** Those that form the cluster. */
    List<SimulatedNode> founders() {
        return nodes.subList(0, shape.nodes());
    }

    /** Those that come once it has formed. */
    List<SimulatedNode> lateNodes() {
        return nodes.subList(shape.nodes(), nodes.size());
    }

    /** Who brings them and takes members out, if anybody comes or goes. */
    Optional<Operator> operator() {
        return operator;
    }

    RetryCounter retries() {
        return retries;
    }

    @Override
    public DepartedNodes departures() {
        return departures;
    }

    @Override
    public SimulatedNode node(NodeId id) {
        return nodes.stream().filter(node -> node.id().equals(id)).findFirst().orElseThrow();
    }

    /** The addresses through which nodes find each other. */
    @Override
    public List<String> seeds() {
        return seeds;
    }

    /** Whether faults still come. */
    boolean isFaulty() {
        return faulty;
    }

    /** No more faults: the weather is calm, all ways are open, all disks do their work, all nodes run. */
    void calmDown() {
        faulty = false;
        trace.event("", "faults end");
        network.become(network.weather().calm());
        for (SimulatedNode node : nodes) {
            nodes.forEach(other -> network.mend(node.host(), other.host()));
            node.disk().become(SimulatedDisk.Trouble.NONE);
            node.disk().slowDown(0);
            node.disk().killAtWrite(0);
            node.start();
        }
    }

    /** A node whose process has ended is started again after a while, as a supervisor does. */
    @Override
    public void restartLater(SimulatedNode node) {
        long delayNanos = random.nextInt(8) == 0 ? random.nextInt(20_000) * MILLI : random.nextInt(3_000) * MILLI;
        time.schedule(node::start, faulty ? delayNanos : SECOND);
    }

    /** What did not hold, the first of each invariant, in the order in which it was found. */
    List<Violation> violations() {
        return List.copyOf(violations.values());
    }

    boolean isViolated() {
        return !violations.isEmpty();
    }

    private void tell(BiConsumer<Invariant, Invariant.Verdict> event) {
        for (Invariant invariant : invariants) {
            event.accept(
                    invariant,
                    how -> violated(new Violation(invariant.getClass().getSimpleName(), invariant.sentence(), how)));
        }
    }

    private void violated(Violation violation) {
        if (violations.putIfAbsent(violation.invariant(), violation) == null) {
            trace.event("", "VIOLATION " + violation);
        }
    }

    /** Real code has failed in a way that no fault explains. */
    @Override
    public void defect(String how) {
        violated(new Violation("NoDefects", "Nothing fails but what the run makes fail.", how));
    }

    /** Events follow each other, and time does not go on. */
    void standsStill(String how) {
        violated(Violation.standsStill(how));
    }

    @Override
    public void issued(SimulatedNode node, Requests.Mutate request, StampedWrite assignment) {
        trace.event(
                node.id().name(),
                "request " + request.requestId() + (assignment.repeated() ? " is again " : " is ")
                        + TraceText.of(assignment.delta()));
        if (assignment.repeated()) {
            retries.repeated(request.requestId());
            return;
        }
        IssuedDot issue = new IssuedDot(
                history.partitionOf(request.key()),
                assignment.delta(),
                request.requestId(),
                node.id().name());
        tell((invariant, verdict) -> invariant.issued(issue, verdict));
        history.add(issue);
    }

    void wrote(ClientWrite write) {
        retries.ended(write.requestId());
        history.add(write);
        tell((invariant, verdict) -> invariant.wrote(write, verdict));
    }

    void read(ClientRead read) {
        tell((invariant, verdict) -> invariant.read(read, verdict));
    }

    @Override
    public void viewed(SimulatedNode node, ClusterView view) {
        departures.add(view);
        history.closedBoots().learn(view);
        tell((invariant, verdict) -> invariant.viewed(node, view, verdict));
    }

    @Override
    public void assumed(NodeProcess process, Actor actor) {
        tell((invariant, verdict) -> invariant.assumed(process, actor, verdict));
    }

    /** It was said that this node is a member no more. */
    void departed(Cluster.Departed departed) {
        tell((invariant, verdict) -> invariant.departed(departed, verdict));
    }

    void quiet() {
        trace.event("", "the cluster is at rest");
        invariants.forEach(Invariant::quiet);
    }

    @Override
    public void late(String request) {
        tell((invariant, verdict) -> invariant.late(request, verdict));
    }

    void rested(FinalState rest) {
        tell((invariant, verdict) -> invariant.rested(rest, verdict));
    }
}
