package io.dotkv.storage.grpc.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.kernel.testkit.Seeds;
import io.dotkv.storage.grpc.Messages;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PendingCallsTest {
    @Test
    void itAgreesWithAMapHoweverOldSomeCallsGet() {
        Seeds.run(200, random -> {
            int limit = 1 + random.nextInt(20);
            PendingCalls calls = new PendingCalls(limit);
            Map<Long, PendingCall> model = new HashMap<>();
            Set<Long> everUsed = new HashSet<>();
            for (int step = 0; step < 300; step++) {
                if (random.nextInt(2) == 0) {
                    PendingCall call = call(step);
                    boolean added = calls.add(call);
                    assertThat(added).isEqualTo(model.size() < limit);
                    if (added) {
                        assertThat(call.id()).isPositive();
                        assertThat(everUsed.add(call.id())).isTrue();
                        model.put(call.id(), call);
                    }
                } else {
                    long id = 1L + random.nextInt(step + 1);
                    assertThat(calls.find(id)).isSameAs(model.get(id));
                    assertThat(calls.take(id)).isSameAs(model.remove(id));
                    assertThat(calls.find(id)).isNull();
                }
                assertThat(calls.count()).isEqualTo(model.size());
            }
        });
    }

    @Test
    void onlyCallsWhoseTimeIsOverAreTakenByTheSweep() {
        PendingCalls calls = new PendingCalls(10);
        PendingCall early = call(100);
        PendingCall late = call(200);
        calls.add(early);
        calls.add(late);
        List<PendingCall> taken = new ArrayList<>();
        calls.takeDueBefore(150, taken::add);
        assertThat(taken).containsExactly(early);
        assertThat(calls.contains(late)).isTrue();
        calls.takeAll(taken::add);
        assertThat(taken).containsExactly(early, late);
        assertThat(calls.count()).isZero();
    }

    @Test
    void ofTwoThatTakeTheSameCallOneGetsIt() {
        PendingCalls calls = new PendingCalls(10);
        PendingCall call = call(1);
        calls.add(call);
        assertThat(calls.take(call)).isTrue();
        assertThat(calls.take(call)).isFalse();
        assertThat(calls.count()).isZero();
    }

    private static PendingCall call(long deadlineNanos) {
        return new PendingCall.OfRead(Messages.read(deadlineNanos));
    }
}
