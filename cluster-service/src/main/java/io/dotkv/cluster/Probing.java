package io.dotkv.cluster;

import io.dotkv.cluster.ClusterPeer.IndirectProbe;
import io.dotkv.cluster.ClusterPeer.Probe;
import io.dotkv.cluster.ClusterPeer.ProbeAnswer;
import java.util.List;
import java.util.Optional;

/**
 * Carries the probes of the {@link FailureDetector} between the members, in both directions: what they bring is heard, what
 * they do not bring is judged. One thread.
 */
final class Probing {
    private final ClusterSettings settings;
    private final MemberTable table;
    private final OwnRecord own;
    private final FailureDetector detector;
    private final JoinAdmission admission;
    private final MembershipMerge hearsay;
    private final ContactSchedule contacts;
    private final Bootstrap forming;
    private final CommittedState agreed;
    private final Outbox out;

    Probing(
            ClusterSettings settings,
            MemberTable table,
            OwnRecord own,
            FailureDetector detector,
            JoinAdmission admission,
            MembershipMerge hearsay,
            ContactSchedule contacts,
            Bootstrap forming,
            CommittedState agreed,
            Outbox out) {
        this.settings = settings;
        this.table = table;
        this.own = own;
        this.detector = detector;
        this.admission = admission;
        this.hearsay = hearsay;
        this.contacts = contacts;
        this.forming = forming;
        this.agreed = agreed;
        this.out = out;
    }

    void tick(Now now) {
        FailureDetector.Due due = detector.tick(table, now);
        due.toProbe().forEach(this::probe);
        due.expired()
                .forEach(member -> hearsay.judge(member, Health.DEAD, "did not refute the suspicion in time", now));
    }

    private void probe(Member target) {
        Optional<Member> asSeen = settings.lifeguard().isOn() ? Optional.of(target) : Optional.empty();
        Probe probe = new Probe(own.get(), target.node(), forming.clusterId(), asSeen, stateHash(), agreed.version());
        out.add(new ClusterEffect.SendProbe(target, probe, detector.probeTimeoutNanos()));
    }

    /** The same in all nodes that know the same; never 0. */
    long stateHash() {
        long hash = table.hash() + forming.clusterId().hashCode();
        return hash == 0 ? 1 : hash;
    }

    /** A probe on behalf of somebody else, or to find out who is there: says nothing of the target. */
    Probe bareProbeOf(Member target) {
        return new Probe(own.get(), target.node(), forming.clusterId(), Optional.empty(), 0, agreed.version());
    }

    /** Answers a probe. */
    ProbeAnswer answer(Probe probe, Now now) {
        admission.checkCluster(probe.clusterId());
        admission.checkTarget(probe.target());
        admission.checkDeparted(probe.prober());
        Member prober = probe.prober();
        if (!admission.isRival(prober)
                && !admission.isOwn(prober)
                && admission.incumbent(prober).isEmpty()) {
            hearsay.learnFromSelf(prober, now);
        }
        hearsay.learnOwnAsSeen(probe.targetAsSeen(), now);
        Optional<Member> asSeen = table.get(prober.node())
                .filter(seen -> !seen.node().equals(settings.self()) && isToHearOfItself(prober, seen));
        return new ProbeAnswer(own.get(), asSeen, stateHash(), agreed.version());
    }

    /** A prober is told that it is not thought to be alive, and that a process elsewhere works on the same data. */
    private boolean isToHearOfItself(Member prober, Member seen) {
        boolean isElsewhere = !seen.clusterAddress().equals(prober.clusterAddress());
        return seen.health() == Health.ALIVE
                ? isElsewhere && seen.instance().equals(prober.instance())
                : settings.lifeguard().isOn();
    }

    void answered(Member target, ProbeAnswer answer, long sentNanos, Now now) {
        if (!answer.target().node().equals(target.node())) {
            failed(target, sentNanos, now);
            return;
        }
        detector.answered(target.node());
        hearsay.learnFromSelf(answer.target(), now);
        hearsay.learnOwnAsSeen(answer.proberAsSeen(), now);
        boolean isDifferent = answer.stateHash() != 0 && answer.stateHash() != stateHash();
        contacts.compared(target.clusterAddress(), isDifferent, now);
    }

    void failed(Member target, long sentNanos, Now now) {
        if (!detector.isToBeLookedInto(target.node(), sentNanos, now) || !isStillBelieved(target)) {
            return;
        }
        List<Member> helpers = detector.helpersFor(target, table, now);
        if (helpers.isEmpty()) {
            accuse(target, "did not answer a probe; no helper was available", now);
        }
        long timeoutNanos = detector.helperTimeoutNanos();
        IndirectProbe probe =
                new IndirectProbe(target.node(), target.clusterAddress(), timeoutNanos, forming.clusterId());
        // The helper's own probe takes its time, and the way to the helper and back a little more.
        helpers.forEach(
                helper -> out.add(new ClusterEffect.AskHelper(helper, target, probe, timeoutNanos + timeoutNanos / 5)));
    }

    /** @param said whether the helper said what it found; nothing was heard of it otherwise */
    void helperAnswered(Member target, boolean said, Optional<Member> found, Now now) {
        if (found.map(Member::node).equals(Optional.of(target.node()))) {
            detector.answeredHelper(target.node());
            hearsay.learnFromSelf(found.get(), now);
        } else if (detector.helperFailed(target, said, now) && isStillBelieved(target)) {
            accuse(target, "did not answer a direct or indirect probe", now);
        }
    }

    private void accuse(Member target, String why, Now now) {
        Member known = table.get(target.node()).orElse(target);
        if (!known.isConfirmed()) {
            hearsay.judge(known, Health.SUSPECT, why, now);
            if (settings.lifeguard().isOn()) {
                // Told at once, since it has just so long to refute.
                table.get(target.node()).ifPresent(this::probe);
            }
        }
    }

    private boolean isStillBelieved(Member target) {
        return table.get(target.node())
                .map(known -> known.isLive() && known.incarnation() == target.incarnation())
                .orElse(false);
    }

    /** The member to probe on another's behalf: only where this node itself knows it, never at an address it was told. */
    Optional<Member> targetOf(IndirectProbe probe) {
        admission.checkCluster(probe.clusterId());
        return table.get(probe.target()).filter(member -> !member.node().equals(settings.self()));
    }
}
