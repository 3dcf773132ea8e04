package io.dotkv.cluster.register.state;

import static io.dotkv.cluster.register.state.States.acceptor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AcceptorsTest {
    private static final AcceptorId A = acceptor("a");
    private static final AcceptorId B = acceptor("b");
    private static final AcceptorId C = acceptor("c");
    private static final AcceptorId D = acceptor("d");

    @Test
    void aQuorumIsAMajority() {
        Acceptors three = new Acceptors(List.of(A, B, C), List.of());
        assertThat(three.isQuorum(List.of(A, C)::contains)).isTrue();
        assertThat(three.isQuorum(List.of(A)::contains)).isFalse();
        assertThat(new Acceptors(List.of(A, B), List.of()).isQuorum(List.of(A)::contains))
                .isFalse();
    }

    @Test
    void whileTheyChangeAQuorumIsAMajorityOfTheFormerOnesToo() {
        Acceptors changing = new Acceptors(List.of(B, C, D), List.of(A, B, C));
        assertThat(changing.isQuorum(List.of(B, C)::contains)).isTrue();
        assertThat(changing.isQuorum(List.of(C, D)::contains)).isFalse();
        assertThat(changing.isQuorum(List.of(A, B)::contains)).isFalse();
        assertThat(changing.all()).containsExactly(A, B, C, D);
    }

    @Test
    void aMajorityBesideOneMeetsEveryQuorumThatItWasIn() {
        for (int count = 1; count <= Acceptors.MOST; count++) {
            List<AcceptorId> all = new ArrayList<>();
            for (int index = 0; index < count; index++) {
                all.add(acceptor(Character.toString('a' + index)));
            }
            Acceptors acceptors = new Acceptors(all, List.of());
            for (int quorum = 0; quorum < 1 << count; quorum++) {
                for (int beside = 0; beside < 1 << count; beside++) {
                    boolean hasSelf = (quorum & 1) == 1 && (beside & 1) == 0;
                    if (hasSelf
                            && Integer.bitCount(quorum) > 1
                            && isQuorum(acceptors, all, quorum)
                            && isBeside(acceptors, all, beside)) {
                        assertThat(quorum & beside)
                                .as("%d of %d", quorum, count)
                                .isNotZero();
                    }
                }
            }
        }
    }

    private static boolean isQuorum(Acceptors acceptors, List<AcceptorId> all, int chosen) {
        return acceptors.isQuorum(acceptor -> (chosen >> all.indexOf(acceptor) & 1) == 1);
    }

    private static boolean isBeside(Acceptors acceptors, List<AcceptorId> all, int chosen) {
        return acceptors.isMajorityBeside(all.getFirst(), acceptor -> (chosen >> all.indexOf(acceptor) & 1) == 1);
    }

    @Test
    void theyAreInOrderDifferentAndAtMostSeven() {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> new Acceptors(List.of(B, A), List.of()));
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> new Acceptors(List.of(A, A), List.of()));
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> new Acceptors(List.of(), List.of(A)));
    }
}
