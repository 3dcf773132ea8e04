package io.dotkv.cluster.register.state;

import java.util.Optional;

/** A step in the closing of a node's former boots. */
public sealed interface RetirementChange extends StateChange {
    /** All replicas have the same of these boots, and are to promise that it stays so. */
    record Open(RetirementInProgress closing) implements RetirementChange {
        @Override
        public Outcome apply(ClusterState state) {
            Optional<RetirementInProgress> pending = state.closings().of(closing.number());
            if (pending.isPresent() && pending.get().attempt() == closing.attempt()) {
                return new Outcome.Changed(state, 0);
            }
            if (pending.isPresent()) {
                return new Outcome.Refused(
                        Refusal.BUSY, "boots of node number " + closing.number() + " are being closed already");
            }
            if (closing.committed()
                    || closing.below() <= state.closings().floorOf(closing.number())
                    || closing.layout() != state.layout().version()
                    || closing.ends().keySet().stream()
                            .anyMatch(partition -> partition >= state.layout().partitions())) {
                return new Outcome.Refused(Refusal.STALE, "the retirement is of another state of the cluster");
            }
            boolean areFormer = state.members().stream()
                    .filter(member -> member.number() == closing.number())
                    .findFirst()
                    .map(member -> closing.below() <= member.boot())
                    .orElse(state.departures().stream().anyMatch(gone -> gone.number() == closing.number()));
            return areFormer
                    ? new Outcome.Changed(state.with(state.closings().with(closing)), 0)
                    : new Outcome.Refused(
                            Refusal.UNFIT,
                            "node number " + closing.number() + " has not come to boot " + closing.below() + " yet");
        }
    }

    /** Some replica cannot promise this attempt: what was promised for it holds no more. */
    record Abort(int number, long attempt) implements RetirementChange {
        @Override
        public Outcome apply(ClusterState state) {
            Optional<RetirementInProgress> pending = pendingOf(state, number, attempt);
            if (pending.isPresent() && pending.get().committed()) {
                return new Outcome.Refused(Refusal.STALE, "all replicas had promised, and the retirement is committed");
            }
            return new Outcome.Changed(
                    pending.map(closing -> state.with(state.closings().without(closing)))
                            .orElse(state),
                    0);
        }
    }

    /** All replicas have promised this attempt. */
    record Commit(int number, long attempt) implements RetirementChange {
        @Override
        public Outcome apply(ClusterState state) {
            Optional<RetirementInProgress> pending = pendingOf(state, number, attempt);
            if (pending.isEmpty()) {
                return new Outcome.Refused(Refusal.STALE, "the retirement is no longer open");
            }
            return new Outcome.Changed(
                    pending.get().committed()
                            ? state
                            : state.with(state.closings().with(pending.get().commit())),
                    0);
        }
    }

    /** All replicas have closed. */
    record RaiseFloor(int number, long attempt) implements RetirementChange {
        @Override
        public Outcome apply(ClusterState state) {
            Optional<RetirementInProgress> pending = pendingOf(state, number, attempt);
            if (pending.isPresent() && !pending.get().committed()) {
                return new Outcome.Refused(Refusal.UNFIT, "the retirement is not committed");
            }
            return new Outcome.Changed(
                    pending.map(closing -> state.with(state.closings().raised(closing)))
                            .orElse(state),
                    0);
        }
    }

    private static Optional<RetirementInProgress> pendingOf(ClusterState state, int number, long attempt) {
        return state.closings().of(number).filter(closing -> closing.attempt() == attempt);
    }
}
