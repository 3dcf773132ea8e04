package io.dotkv.cluster.register;

import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.cluster.Now;
import io.dotkv.cluster.ProposalOutcome;
import io.dotkv.cluster.membership.MemberTable;
import io.dotkv.cluster.register.paxos.AcceptorRecord;
import io.dotkv.cluster.register.state.AcceptorId;
import io.dotkv.cluster.register.state.StateChange;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.ports.SeededRandom;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RegisterNodeTest {
    private static final long SECOND = 1_000_000_000;
    private static final NodeId A = new NodeId("a");

    private final RegisterNode register = new RegisterNode(
            Optional.empty(),
            AcceptorRecord.empty(new AcceptorId(A, "instance")),
            1,
            new MemberTable(A),
            new SeededRandom(1));

    private long propose(long deadlineNanos) {
        long id = register.nextId();
        assertThat(register.propose(id, new StateChange.Nothing(), deadlineNanos, new Now(0, 0)))
                .isEmpty();
        return id;
    }

    @Test
    void eachProposalIsGivenUpAtItsOwnDeadline() {
        long late = propose(9 * SECOND);
        long early = propose(SECOND);
        long later = propose(9 * SECOND + 1);
        assertThat(register.tick(new Now(SECOND - 1, 0))).isEmpty();
        assertThat(register.tick(new Now(SECOND, 0))).isEqualTo(undecided(early));
        assertThat(register.tick(new Now(9 * SECOND, 0))).isEqualTo(undecided(late));
        assertThat(register.tick(new Now(9 * SECOND + 1, 0))).isEqualTo(undecided(later));
    }

    private static List<RegisterEffect> undecided(long id) {
        return List.of(new RegisterEffect.Decided(id, new ProposalOutcome.Undecided(false)));
    }
}
