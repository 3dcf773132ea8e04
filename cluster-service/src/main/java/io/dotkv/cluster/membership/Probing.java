package io.dotkv.cluster.membership;

import io.dotkv.cluster.ClusterPeer.IndirectProbe;
import io.dotkv.cluster.ClusterPeer.Probe;
import io.dotkv.cluster.ClusterPeer.ProbeAnswer;
import io.dotkv.cluster.ClusterSettings;
import io.dotkv.cluster.Health;
import io.dotkv.cluster.Member;
import io.dotkv.cluster.Now;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Carries the probes of the {@link FailureDetector} between the members, in both directions: what they bring is heard,
 * what they do not bring is judged. One thread.
 */
final class Probing {
    private final ClusterSettings settings;
    private final MemberTable table;
    private final FailureDetector detector;
    private final JoinAdmission admission;
    private final MembershipMerge merge;

    Probing(
            ClusterSettings settings,
            MemberTable table,
            FailureDetector detector,
            JoinAdmission admission,
            MembershipMerge merge) {
        this.settings = settings;
        this.table = table;
        this.detector = detector;
        this.admission = admission;
        this.merge = merge;
    }

    List<MembershipEffect> tick(Now now) {
        FailureDetector.Due due = detector.tick(table, now);
        List<MembershipEffect> effects = new ArrayList<>();
        due.toProbe().forEach(target -> effects.add(probe(target)));
        for (Member suspect : due.expired()) {
            effects.addAll(merge.judge(suspect, Health.DEAD, "did not refute the suspicion in time", now));
        }
        return effects;
    }

    private MembershipEffect probe(Member target) {
        Optional<Member> asSeen = settings.lifeguard().isOn() ? Optional.of(target) : Optional.empty();
        Probe probe = new Probe(
                table.own(), target.node(), table.clusterId(), asSeen, table.stateHash(), table.agreedVersion());
        return new MembershipEffect.SendProbe(target, probe, detector.probeTimeoutNanos());
    }

    /** A probe on behalf of somebody else, or to find out who is there: says nothing of the target. */
    Probe bareProbeOf(Member target) {
        return new Probe(table.own(), target.node(), table.clusterId(), Optional.empty(), 0, table.agreedVersion());
    }

    /** Takes what a probe says, or refuses it; {@link #answerTo} is the answer. */
    List<MembershipEffect> probed(Probe probe, Now now) {
        admission.checkCluster(probe.clusterId());
        admission.checkTarget(probe.target());
        admission.checkDeparted(probe.prober());
        Member prober = probe.prober();
        List<MembershipEffect> effects = new ArrayList<>();
        if (!admission.isRival(prober)
                && !admission.isOwn(prober)
                && admission.incumbent(prober).isEmpty()) {
            effects.addAll(merge.learnFromSelf(prober, now));
        }
        effects.addAll(merge.learnOwnAsSeen(probe.targetAsSeen(), now));
        return effects;
    }

    ProbeAnswer answerTo(Member prober) {
        Optional<Member> asSeen = table.get(prober.node())
                .filter(seen -> !seen.node().equals(settings.self()) && isToHearOfItself(prober, seen));
        return new ProbeAnswer(table.own(), asSeen, table.stateHash(), table.agreedVersion());
    }

    /** A prober is told that it is not thought to be alive, and that a process elsewhere works on the same data. */
    private boolean isToHearOfItself(Member prober, Member seen) {
        boolean isElsewhere = !seen.clusterAddress().equals(prober.clusterAddress());
        return seen.health() == Health.ALIVE
                ? isElsewhere && seen.instance().equals(prober.instance())
                : settings.lifeguard().isOn();
    }

    List<MembershipEffect> answered(Member target, ProbeAnswer answer, long sentNanos, Now now) {
        if (!answer.target().node().equals(target.node())) {
            return failed(target, sentNanos, now);
        }
        detector.answered(target.node());
        List<MembershipEffect> effects = new ArrayList<>(merge.learnFromSelf(answer.target(), now));
        effects.addAll(merge.learnOwnAsSeen(answer.proberAsSeen(), now));
        boolean isDifferent = answer.stateHash() != 0 && answer.stateHash() != table.stateHash();
        effects.add(new MembershipEffect.Compared(target.clusterAddress(), isDifferent));
        return effects;
    }

    List<MembershipEffect> failed(Member target, long sentNanos, Now now) {
        if (!detector.isToBeLookedInto(target.node(), sentNanos, now) || !isStillBelieved(target)) {
            return List.of();
        }
        List<Member> helpers = detector.helpersFor(target, table, now);
        if (helpers.isEmpty()) {
            return accuse(target, "did not answer a probe; no helper was available", now);
        }
        long timeoutNanos = detector.helperTimeoutNanos();
        IndirectProbe probe =
                new IndirectProbe(target.node(), target.clusterAddress(), timeoutNanos, table.clusterId());
        // The helper's own probe takes its time, and the way to the helper and back a little more.
        return helpers.stream()
                .<MembershipEffect>map(helper ->
                        new MembershipEffect.AskHelper(helper, target, probe, timeoutNanos + timeoutNanos / 5))
                .toList();
    }

    /** @param said whether the helper said what it found; nothing was heard of it otherwise */
    List<MembershipEffect> helperAnswered(Member target, boolean said, Optional<Member> found, Now now) {
        if (found.map(Member::node).equals(Optional.of(target.node()))) {
            detector.answeredHelper(target.node());
            return merge.learnFromSelf(found.get(), now);
        }
        return detector.helperFailed(target, said, now) && isStillBelieved(target)
                ? accuse(target, "did not answer a direct or indirect probe", now)
                : List.of();
    }

    private List<MembershipEffect> accuse(Member target, String why, Now now) {
        Member known = table.get(target.node()).orElse(target);
        if (known.isConfirmed()) {
            return List.of();
        }
        List<MembershipEffect> effects = new ArrayList<>(merge.judge(known, Health.SUSPECT, why, now));
        if (settings.lifeguard().isOn()) {
            // Told at once, since it has just so long to refute.
            table.get(target.node()).ifPresent(suspect -> effects.add(probe(suspect)));
        }
        return effects;
    }

    private boolean isStillBelieved(Member target) {
        return table.get(target.node())
                .map(known -> known.isLive() && known.incarnation() == target.incarnation())
                .orElse(false);
    }

    /**
     * The member to probe on another's behalf: only where this node itself knows it, never at an address it was told.
     */
    Optional<Member> targetOf(IndirectProbe probe) {
        admission.checkCluster(probe.clusterId());
        return table.get(probe.target()).filter(member -> !member.node().equals(settings.self()));
    }
}
