package io.dotkv.storage.replica.pull;

import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.kernel.Delta;
import io.dotkv.storage.PullMessage;
import io.dotkv.storage.replica.Peer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Three replicas, two of them voters: what a full answer is worth, and when a vote comes back. */
public class CatchUpTest {
    private final Peer ann = new Peer(1, 2, 1);
    private final Peer ben = new Peer(2, 2, 1);
    private final Peer cyd = new Peer(3, 2, 1);
    private final List<PullMessage> answer = new ArrayList<>();

    CatchUpTest() {
        for (String key : List.of("a", "b", "c", "d")) {
            ben.apply(ann.put(key, "1"));
        }
        ann.delete("b");
        ann.put("e", "1");
        ben.pull(ann);
        ann.checkpoint();
        ben.checkpoint();
        cyd.loseDisk();
        answer.addAll(ann.answer(cyd.asking()));
    }

    @Test
    void aFullAnswerGivesTheWholeClock() {
        answer.forEach(cyd::absorb);
        assertThat(cyd.clock()).isEqualTo(ann.clock());
    }

    @Test
    void aFullAnswerThatLacksARangeDoesNotGiveTheClock() {
        answer.remove(1);
        answer.forEach(cyd::absorb);
        assertThat(cyd.clock().containsAll(ann.clock())).isFalse();
    }

    @Test
    void aRangeThatComesTwiceDoesNotStandForOneThatIsLost() {
        answer.set(1, answer.getFirst());
        answer.forEach(cyd::absorb);
        assertThat(cyd.clock().containsAll(ann.clock())).isFalse();
    }

    @Test
    void aRangeThatComesTwiceDoesNoHarm() {
        answer.add(2, answer.get(1));
        answer.add(1, answer.getFirst());
        answer.forEach(cyd::absorb);
        assertThat(cyd.clock()).isEqualTo(ann.clock());
    }

    @Test
    void theRangesOfTwoAnswersAreNotTakenForThoseOfOne() {
        List<PullMessage> second = ann.answer(new Peer(3).asking());
        second.set(1, answer.get(1));
        second.forEach(cyd::absorb);
        assertThat(cyd.clock().containsAll(ann.clock())).isFalse();
    }

    @Test
    void twoAnswersMayInterleave() {
        List<PullMessage> second = ann.answer(new Peer(3).asking());
        for (int index = 0; index < answer.size(); index++) {
            cyd.absorb(answer.get(index));
            cyd.absorb(second.get(index));
        }
        assertThat(cyd.clock()).isEqualTo(ann.clock());
    }

    @Test
    void anEndDoesNotCountWhenTheProcessHasStartedAnewSinceTheFirstRange() {
        answer.subList(0, 2).forEach(cyd::absorb);
        cyd.losePower(0);
        answer.subList(2, answer.size()).forEach(cyd::absorb);
        assertThat(cyd.clock().containsAll(ann.clock())).isFalse();
    }

    @Test
    void aValueThatIsGoneAtTheSenderDoesNotComeInBetweenItsRangeAndTheEnd() {
        Peer dan = new Peer(4, 2, 1);
        Delta old = dan.put("b", "deleted by ann, long ago");
        ann.apply(old).delete("b");
        ann.put("e", "2");
        ann.put("e", "3");
        List<PullMessage> whole = ann.checkpoint().answer(cyd.asking());
        whole.subList(0, whole.size() - 1).forEach(cyd::absorb);
        cyd.apply(old);
        cyd.absorb(whole.getLast());
        assertThat(cyd.clock()).isEqualTo(ann.clock());
        assertThat(cyd.values("b")).isEmpty();
    }

    @Test
    void aLostDiskVotesAgainWhenItHasPulledFromEnoughVoters() {
        assertThat(cyd.votes()).isFalse();
        cyd.pull(ann);
        assertThat(cyd.votes()).isFalse();
        cyd.pull(ann);
        assertThat(cyd.votes()).isFalse();
        cyd.pull(ben);
        assertThat(cyd.votes()).isTrue();
        cyd.restart();
        assertThat(cyd.votes()).isTrue();
    }

    @Test
    void aReplicaThatDoesNotVoteIsNoDonor() {
        ben.losePower(0);
        cyd.pull(ann);
        cyd.pull(ben);
        assertThat(cyd.votes()).isFalse();
    }

    @Test
    void anAnswerOfWhichSomethingWasLostMakesNoDonor() {
        cyd.pull(ann);
        ben.put("f", "1");
        List<PullMessage> late = ben.answer(cyd.asking());
        cyd.absorb(late.getLast());
        assertThat(cyd.votes()).isFalse();
        late.forEach(cyd::absorb);
        assertThat(cyd.votes()).isTrue();
    }

    @Test
    void anAnswerToAnEarlierLifeMakesNoDonor() {
        List<PullMessage> early = ben.answer(cyd.asking());
        ben.put("f", "1");
        cyd.losePower(0);
        early.forEach(cyd::absorb);
        cyd.pull(ann);
        assertThat(cyd.votes()).isFalse();
        cyd.pull(ben);
        assertThat(cyd.votes()).isTrue();
    }

    @Test
    void theLossOfTheVoteOutlivesARestart() {
        cyd.pull(ann);
        cyd.restart();
        assertThat(cyd.votes()).isFalse();
        cyd.pull(ben);
        assertThat(cyd.votes()).isFalse();
        cyd.pull(ann);
        assertThat(cyd.votes()).isTrue();
    }

    @Test
    void whenTooFewVoteItVotesAgainAfterItHasPulledFromAllTheOthersAndSaysThatItMayLackSomething() {
        ben.losePower(0);
        cyd.of(2).loseDisk();
        cyd.pull(ann);
        assertThat(cyd.votes()).isFalse();
        cyd.pull(ben);
        assertThat(cyd.votes()).isTrue();
        assertThat(cyd.replica.isIncomplete()).isTrue();
        assertThat(cyd.clock().containsAll(ann.clock())).isTrue();
        cyd.restart();
        assertThat(cyd.votes()).isTrue();
    }

    @Test
    void replicasThatAllLostTheirDisksVoteWithWhatTheyHaveTogether() {
        for (Peer each : List.of(ann, ben, cyd)) {
            each.of(2).loseDisk();
        }
        Delta late = new Peer(4, 2, 1).put("late", "1");
        ben.apply(late);
        ann.pull(ben);
        assertThat(ann.votes()).isFalse();
        ann.pull(cyd);
        assertThat(ann.votes()).isTrue();
        ben.pull(ann);
        ben.pull(cyd);
        cyd.pull(ben);
        cyd.pull(ann);
        for (Peer each : List.of(ann, ben, cyd)) {
            assertThat(each.votes()).isTrue();
            assertThat(each.values("late")).containsExactly("1");
        }
    }

    @Test
    void aReplicaWithEnoughDonorsLacksNothing() {
        cyd.of(2).loseDisk();
        cyd.pull(ann);
        cyd.pull(ben);
        assertThat(cyd.votes()).isTrue();
        assertThat(cyd.replica.isIncomplete()).isFalse();
    }

    @Test
    void aReplicaWithoutOthersVotes() {
        Peer alone = new Peer(9, 0, 10);
        alone.losePower(0);
        assertThat(alone.votes()).isTrue();
    }
}
