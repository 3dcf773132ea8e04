package io.dotkv.cluster.bootstrap;

import io.dotkv.cluster.ClusterPeer.FormAnswer;
import io.dotkv.cluster.ClusterPeer.FormStep;
import io.dotkv.cluster.ClusterSettings;
import io.dotkv.cluster.Member;
import io.dotkv.cluster.Now;
import io.dotkv.cluster.PeerRefusedException;
import io.dotkv.cluster.layout.Formation;
import io.dotkv.cluster.membership.MemberTable;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.ports.RandomSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How this node joins its cluster, and how a new cluster is formed: a value that takes events with the time and returns
 * what is to be done. Finds other members and exchanges state with them, and carries the steps of
 * {@link ClusterFormation} between the founders. {@link #promises} and {@link #formation} are saved whenever a call has
 * changed them, before anything is sent or answered. Reads the member table, which belongs to the membership. One
 * thread.
 */
public final class Bootstrap {
    private final ClusterSettings settings;
    private final MemberTable table;
    private final ClusterFormation formation;
    private final ContactSchedule contacts;
    private final JoinReport report;

    public Bootstrap(
            ClusterSettings settings, MemberTable table, ClusterFormation formation, RandomSource random, Now start) {
        this.settings = settings;
        this.table = table;
        this.formation = formation;
        this.contacts = new ContactSchedule(settings, random);
        this.report = new JoinReport(settings, start);
    }

    /** What this node has promised while it has no formation. */
    public Promises promises() {
        return formation.promises();
    }

    /** What the cluster was formed with, once it is known. */
    public Optional<Formation> formation() {
        return formation.formation();
    }

    /** Whether another member has let this process in. */
    public boolean joined() {
        return contacts.joined();
    }

    /** Whether everybody who could be asked was: another node answered, or there is nobody but this node to ask. */
    public boolean hasMet() {
        return contacts.hasMet(table);
    }

    /** Looks with whom to exchange state. */
    public List<BootstrapEffect> onContactsDue(Now now) {
        ContactSchedule.Destinations due = contacts.tick(table, formation().isPresent(), now);
        return Stream.<BootstrapEffect>concat(
                        due.addresses().stream().map(BootstrapEffect.Contact::new),
                        due.seeds().stream().map(BootstrapEffect.ContactSeed::new))
                .toList();
    }

    /** Proposes a formation, if it is this node's turn to, and tells people when there is none for long. */
    public List<BootstrapEffect> onFormingDue(Now now) {
        List<BootstrapEffect> effects = new ArrayList<>();
        report.tick(contacts, formation().isPresent(), table, now)
                .ifPresent(line -> effects.add(new BootstrapEffect.Warn(line)));
        if (formation().isPresent() || !hasMet()) {
            return effects;
        }
        List<NodeId> alive = table.alive().stream().map(Member::node).toList();
        List<NodeId> asked = formation.tick(alive, this::instanceOf, now);
        formation.proposal().ifPresent(step -> effects.addAll(send(step, asked)));
        effects.addAll(commitIfUnanimous());
        return effects;
    }

    private Optional<String> instanceOf(NodeId node) {
        return table.get(node).map(Member::instance);
    }

    private List<BootstrapEffect> commitIfUnanimous() {
        if (!formation.commitIfUnanimous()) {
            return List.of();
        }
        FormStep step = formation.commitment().orElseThrow();
        List<BootstrapEffect> effects = new ArrayList<>(formed("all founders promised"));
        effects.addAll(send(step, step.formation().members()));
        return effects;
    }

    private List<BootstrapEffect> send(FormStep step, List<NodeId> founders) {
        return founders.stream()
                .filter(founder -> !founder.equals(settings.self()))
                .flatMap(founder -> table.get(founder).stream())
                .<BootstrapEffect>map(member -> new BootstrapEffect.SendStep(member, step))
                .toList();
    }

    private List<BootstrapEffect> formed(String how) {
        Formation facts = formation().orElseThrow();
        return List.of(
                new BootstrapEffect.Log("The cluster has formed: " + facts + " (" + how + ")."),
                new BootstrapEffect.Formed(facts));
    }

    /** A member tells what the cluster was formed with. */
    public List<BootstrapEffect> onFormation(Optional<Formation> told, NodeId teller) {
        if (formation().isPresent() || told.isEmpty()) {
            return List.of();
        }
        formation.take(told.get());
        return formed("told by " + teller);
    }

    /** The answer to a step, sent when the effects have been carried out. */
    public record Answered(FormAnswer answer, List<BootstrapEffect> effects) {}

    /** Answers another node's step of forming. */
    public Answered onStep(FormStep step) {
        boolean wasForming = formation().isEmpty();
        FormAnswer answer = formation.answer(step, this::instanceOf);
        boolean isFormed = wasForming && formation().isPresent();
        return new Answered(answer, isFormed ? formed("formed by " + step.former()) : List.of());
    }

    /** A founder answered this node's step. */
    public List<BootstrapEffect> onStepAnswer(Member founder, FormStep step, FormAnswer answer) {
        List<BootstrapEffect> effects = new ArrayList<>(onFormation(answer.formation(), founder.node()));
        if (!answer.accepted()) {
            report.failed(founder.clusterAddress(), answer.reason());
        } else if (!step.commit()) {
            formation.promised(founder.node(), step.formation());
            effects.addAll(commitIfUnanimous());
        }
        return effects;
    }

    /** A member answered at a seed or address and has let this node in. */
    public List<BootstrapEffect> onContact(String where, NodeId who) {
        return contacts.answered(where, who)
                ? List.of(
                        new BootstrapEffect.Joined(),
                        new BootstrapEffect.Log("Joined through " + who + " at " + where + "."))
                : List.of();
    }

    /** Whoever answered at a seed or address is not one to join. */
    public void onUnfit(String where, String why) {
        report.failed(where, why);
    }

    public List<BootstrapEffect> onContactFailure(String where, Throwable failure) {
        report.failed(where, String.valueOf(failure.getMessage()));
        if (failure instanceof PeerRefusedException refused) {
            switch (refused.reason()) {
                case DEPARTED -> {
                    return List.of(new BootstrapEffect.Stop("This node stops: " + refused.getMessage() + "."));
                }
                case NAME_TAKEN -> {
                    return List.of(new BootstrapEffect.Stop("Node " + settings.self() + " was refused at " + where
                            + ": " + refused.getMessage() + "."));
                }
                case WRONG_CLUSTER, NAME_IN_DOUBT, NOT_THIS_NODE -> {}
            }
        }
        return List.of();
    }

    /** All attempts at a seed or address are over. */
    public void onContactOver(String where) {
        contacts.finished(where);
    }

    /** A member that was probed knows the same as this node, or does not. */
    public void onCompared(String address, boolean isDifferent, Now now) {
        contacts.compared(address, isDifferent, now);
    }
}
