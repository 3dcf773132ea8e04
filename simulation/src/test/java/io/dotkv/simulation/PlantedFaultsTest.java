package io.dotkv.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each invariant can fail: a fault that is planted in the nodes is found by it within a stated number of seeds. */
class PlantedFaultsTest {
    enum Planted {
        ACKNOWLEDGES_BEFORE_THE_WRITE(
                AcknowledgedWritesSurvive.class,
                60,
                () -> StorageFaults.everywhere(StorageFaults::acknowledgesBeforeTheWrite)),
        ENGINE_LOSES_BATCHES(AcknowledgedWritesSurvive.class, 5, OtherFaults::engineLosesBatches),
        REUSES_DOTS(DotsAreIssuedOnce.class, 3, () -> StorageFaults.everywhere(StorageFaults::reusesDots)),
        ALTERS_VALUES(DotsAreIssuedOnce.class, 3, () -> StorageFaults.everywhere(StorageFaults::altersValues)),
        READS_WITHOUT_CONTEXT(
                SiblingsAreExplained.class, 10, () -> StorageFaults.everywhere(StorageFaults::readsWithoutContext)),
        FORGETS_WHAT_A_DELETE_COVERS(
                DeletesStay.class, 10, () -> StorageFaults.everywhere(StorageFaults::forgetsWhatADeleteCovers)),
        DROPS_WHAT_IT_IS_BROUGHT(
                ReplicasAreEqual.class, 5, () -> StorageFaults.atOneNode(StorageFaults::dropsWhatItIsBrought)),
        TAKES_DOTS_WITHOUT_VALUES(
                RowsFollowFromEvents.class, 10, () -> StorageFaults.everywhere(StorageFaults::takesDotsWithoutValues)),
        COORDINATOR_IS_TOO_SURE(NotAppliedNeverAppears.class, 20, OtherFaults::coordinatorIsTooSure),
        COORDINATOR_COUNTS_WRONG(QuorumReadsSeeAcknowledgedWrites.class, 20, OtherFaults::coordinatorCountsWrong),
        ANSWERS_STALE_ROWS(
                QuorumReadsSeeAcknowledgedWrites.class,
                10,
                () -> StorageFaults.everywhere(StorageFaults::answersStaleRows)),
        COORDINATOR_FORGETS_READS(RequestsEnd.class, 3, OtherFaults::coordinatorForgetsReads),
        FORMER_IS_TWO_FACED(OneCluster.class, 3, OtherFaults::formerIsTwoFaced),
        PROBES_ARE_NOT_HEARD(NoLiveNodeIsDead.class, 3, OtherFaults::probesAreNotHeard),
        VIEWS_ARE_LOST(MembersAgree.class, 5, OtherFaults::viewsAreLost),
        ENGINE_HAS_A_DEFECT("NoDefects", 3, OtherFaults::engineHasADefect);

        private final String invariant;
        private final int seeds;
        private final Supplier<Fittings> fittings;

        Planted(Class<? extends Invariant> invariant, int seeds, Supplier<Fittings> fittings) {
            this(invariant.getSimpleName(), seeds, fittings);
        }

        Planted(String invariant, int seeds, Supplier<Fittings> fittings) {
            this.invariant = invariant;
            this.seeds = seeds;
            this.fittings = fittings;
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
    }

    @ParameterizedTest
    @EnumSource
    void everyPlantedFaultIsFoundByItsInvariant(Planted planted) {
        List<String> otherFinds = new ArrayList<>();
        int seed = planted.foundAt(otherFinds);
        System.out.println("planted " + planted + ": found by " + planted.invariant + " at seed " + seed + " of "
                + planted.seeds + "; also found on the way by " + otherFinds);
        assertThat(seed)
                .as("%s is to be found within %d seeds; others found: %s", planted, planted.seeds, otherFinds)
                .isPositive();
    }
}
