package io.dotkv.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.simulation.history.Violation;
import io.dotkv.simulation.invariant.Invariant;
import io.dotkv.simulation.invariant.RequestsEnd;
import io.dotkv.simulation.invariant.data.AcknowledgedWritesSurvive;
import io.dotkv.simulation.invariant.data.DeletesStay;
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
import io.dotkv.simulation.invariant.member.DeparturesStay;
import io.dotkv.simulation.invariant.member.MembersAgree;
import io.dotkv.simulation.invariant.member.NoLiveNodeIsDead;
import io.dotkv.simulation.invariant.member.NodesAreReady;
import io.dotkv.simulation.invariant.member.OneCluster;
import io.dotkv.simulation.machine.FaultHooks;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each invariant can fail: a fault that is planted in the nodes is found by it within a stated number of seeds. */
@Tag("simulation")
class PlantedFaultsTest {
    /** A fault, the name of the invariant that finds it, and within how many seeds. */
    record Planted(String fault, String invariant, int seeds, Supplier<FaultHooks> fittings) {
        Planted(String fault, Class<? extends Invariant> invariant, int seeds, Supplier<FaultHooks> fittings) {
            this(fault, invariant.getSimpleName(), seeds, fittings);
        }

        /** The first seed whose run finds it, or 0. */
        int foundAt(List<String> otherFinds) {
            for (int seed = 1; seed <= seeds; seed++) {
                RunResult result = Run.of(seed, RunOptions.defaults().withFittings(fittings.get()));
                for (Violation violation : result.violations()) {
                    if (violation.invariant().equals(invariant)) {
                        return seed;
                    }
                    otherFinds.add(violation.invariant());
                }
            }
            return 0;
        }

        @Override
        public String toString() {
            return fault;
        }
    }

    static Stream<Planted> faults() {
        return Stream.of(
                new Planted(
                        "a mutation is durable when it has its dot",
                        AcknowledgedWritesSurvive.class,
                        400,
                        () -> StorageFaults.everywhere(StorageFaults::acknowledgesBeforeTheWrite)),
                new Planted(
                        "the engine loses batches",
                        AcknowledgedWritesSurvive.class,
                        120,
                        EngineFaults::engineLosesBatches),
                new Planted(
                        "dots are given out again",
                        DotsAreIssuedOnce.class,
                        3,
                        () -> StorageFaults.everywhere(StorageFaults::reusesDots)),
                new Planted(
                        "values are altered",
                        DotsAreIssuedOnce.class,
                        3,
                        () -> StorageFaults.everywhere(StorageFaults::altersValues)),
                new Planted(
                        "rows are read without their contexts",
                        SiblingsAreExplained.class,
                        10,
                        () -> StorageFaults.everywhere(StorageFaults::readsWithoutContext)),
                new Planted(
                        "a delete deletes nothing elsewhere",
                        DeletesStay.class,
                        120,
                        () -> StorageFaults.everywhere(StorageFaults::forgetsWhatADeleteCovers)),
                new Planted(
                        "a node drops what it is brought",
                        ReplicasAreEqual.class,
                        5,
                        () -> StorageFaults.atOneNode(StorageFaults::dropsWhatItIsBrought)),
                new Planted(
                        "dots are taken without their values",
                        RowsFollowFromEvents.class,
                        120,
                        () -> StorageFaults.everywhere(StorageFaults::takesDotsWithoutValues)),
                new Planted(
                        "retries are not recognised",
                        WritesCountOnce.class,
                        20,
                        () -> StorageFaults.everywhere(StorageFaults::doesNotRecogniseRetries)),
                new Planted(
                        "names do not travel",
                        WritesCountOnce.class,
                        40,
                        () -> StorageFaults.everywhere(StorageFaults::losesNames)),
                new Planted(
                        "unknown is reported as not applied",
                        NotAppliedNeverAppears.class,
                        20,
                        CoordinationFaults::coordinatorIsTooSure),
                new Planted(
                        "one replica passes for a quorum",
                        QuorumReadsSeeAcknowledgedWrites.class,
                        160,
                        CoordinationFaults::coordinatorCountsWrong),
                new Planted(
                        "old rows are answered",
                        QuorumReadsSeeAcknowledgedWrites.class,
                        10,
                        () -> StorageFaults.everywhere(StorageFaults::answersStaleRows)),
                new Planted(
                        "contexts of reads are ignored",
                        SessionsGoForward.class,
                        60,
                        CoordinationFaults::coordinatorIgnoresSessions),
                new Planted(
                        "monotonic reads are answered before the repair",
                        MonotonicReadsGoForward.class,
                        2_400,
                        CoordinationFaults::coordinatorAnswersBeforeTheRepair),
                new Planted("reads are forgotten", RequestsEnd.class, 10, CoordinationFaults::coordinatorForgetsReads),
                new Planted("the former is two-faced", OneCluster.class, 3, MemberFaults::formerIsTwoFaced),
                new Planted("probes are not heard", NoLiveNodeIsDead.class, 3, MemberFaults::probesAreNotHeard),
                new Planted("views are lost", MembersAgree.class, 5, MemberFaults::viewsAreLost),
                new Planted(
                        "removals are not proposed", DeparturesStay.class, 40, AgreementFaults::removalsAreNotProposed),
                new Planted(
                        "one node learns of no agreement",
                        AgreementsAreEqual.class,
                        3,
                        AgreementFaults::oneNodeLearnsNothing),
                new Planted("boots are not agreed on", NodesAreReady.class, 3, AgreementFaults::bootsAreNotAgreedOn),
                new Planted(
                        "departures are not understood",
                        NodesAreReady.class,
                        40,
                        AgreementFaults::departuresAreNotUnderstood),
                new Planted(
                        "the number of another is used",
                        ActorsAreGivenOnce.class,
                        3,
                        AgreementFaults::numberOfAnotherIsUsed),
                new Planted("the engine has a defect", "NoDefects", 3, EngineFaults::engineHasADefect));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void everyPlantedFaultIsFoundByItsInvariant(Planted planted) {
        List<String> otherFinds = new ArrayList<>();
        int seed = planted.foundAt(otherFinds);
        System.out.println("Planted: " + planted + "; found by " + planted.invariant + " at seed " + seed + " of "
                + planted.seeds + "; on the way by " + otherFinds);
        assertThat(seed)
                .as("%s: to be found within %d seeds; others found %s", planted, planted.seeds, otherFinds)
                .isPositive();
    }

    @Test
    void whatIsPutBetweenThePartsChangesNothingByItself() {
        FaultHooks idle = StorageFaults.everywhere(storage -> new TamperedStorage(storage) {});
        for (long seed = 1; seed <= 3; seed++) {
            assertThat(Run.of(seed, RunOptions.defaults().withFittings(idle)).traceHash())
                    .isEqualTo(Run.of(seed, RunOptions.defaults()).traceHash());
        }
    }
}
