package io.dotkv.cluster.register.state;

import io.dotkv.kernel.NodeId;
import java.util.Optional;
import java.util.function.Function;

/** A change of who is a member, or of a member. */
public sealed interface MemberChange extends StateChange {
    /** More boots than a node reaches; whoever remembers more is wrong. */
    int MOST_BOOTS = 1 << 30;

    /**
     * A node becomes a member and gets a number; or a member comes back with a new instance, because its disk was lost,
     * and keeps its number. Answers with the number.
     *
     * @param replaces the instance that is known of that name and does not answer any more
     */
    record Join(NodeId node, String instance, Optional<String> replaces) implements MemberChange {
        @Override
        public Outcome apply(ClusterState state) {
            Optional<DepartedMember> gone = state.departure(node, instance);
            if (gone.isPresent()) {
                return departed(gone.get());
            }
            Optional<RegisteredMember> member = state.member(node);
            if (member.isEmpty() && state.isStillPlaced(node)) {
                return new Outcome.Refused(
                        Refusal.STILL_PLACED,
                        "a node " + node
                                + " has left the cluster and is still in the layout; choose another name for the "
                                + "new node");
            }
            if (member.isEmpty()) {
                return joined(state, new RegisteredMember(node, state.nextNumber(), instance, 0, 0, 0, ""));
            }
            if (member.get().instance().equals(instance)) {
                return new Outcome.Changed(state, member.get().number());
            }
            if (!replaces.equals(Optional.of(member.get().instance()))) {
                return new Outcome.Refused(
                        Refusal.NAME_TAKEN,
                        "another node has the name " + node + " (instance "
                                + member.get().instance() + "); choose another name");
            }
            return joined(state, member.get().withInstance(instance));
        }

        private static Outcome joined(ClusterState state, RegisteredMember member) {
            if (state.members().size() == ClusterState.MAX_MEMBERS) {
                return new Outcome.Refused(
                        Refusal.FULL, "the cluster has " + ClusterState.MAX_MEMBERS + " members, and takes no more");
            }
            return new Outcome.Changed(state.with(member), member.number());
        }
    }

    /**
     * A process takes the next boot of its node, and whichever process had the one before has it no more. Answers with
     * the number.
     *
     * @param after the boot that the node had when this process began to ask; a wish of an earlier process that comes
     *     late does not take the boot away from a later one
     * @param life 64 random bits of the process, which gets the same number however often it asks
     * @param storageId the id of the engine files that the boot is for
     * @param above the highest boot of the node that anybody remembers; the number is higher than that, too
     */
    record Boot(NodeId node, String instance, int after, long life, String storageId, int above)
            implements MemberChange {
        @Override
        public Outcome apply(ClusterState state) {
            return ofMember(state, node, instance, member -> {
                if (member.boot() > 0 && member.life() == life) {
                    return new Outcome.Changed(state, member.boot());
                }
                if (member.boot() != after) {
                    return new Outcome.Refused(
                            Refusal.STALE,
                            "node " + node + " is in boot " + member.boot()
                                    + ", and this process asked for the one after " + after);
                }
                if (above >= MOST_BOOTS || after >= MOST_BOOTS) {
                    return new Outcome.Refused(Refusal.UNFIT, "no node has ever had a boot " + above);
                }
                int boot = Math.addExact(Math.max(after, above), 1);
                return new Outcome.Changed(state.with(member.withBoot(boot, life, storageId)), boot);
            });
        }
    }

    /** A member goes on its own wish, for ever. */
    record Leave(NodeId node, String instance) implements MemberChange {
        @Override
        public Outcome apply(ClusterState state) {
            return gone(state, node, instance, DepartedMember.How.LEFT);
        }
    }

    /** A member that will not come back is taken out, for ever. */
    record Remove(NodeId node, String instance) implements MemberChange {
        @Override
        public Outcome apply(ClusterState state) {
            return gone(state, node, instance, DepartedMember.How.REMOVED);
        }
    }

    private static Outcome gone(ClusterState state, NodeId node, String instance, DepartedMember.How how) {
        if (state.departure(node, instance).isPresent()) {
            return new Outcome.Changed(state, 0);
        }
        return ofMember(state, node, instance, member -> {
            if (state.members().size() == 1) {
                return new Outcome.Refused(Refusal.LAST, node + " is the last member of the cluster");
            }
            return new Outcome.Changed(state.without(member, how), 0);
        });
    }

    private static Outcome ofMember(
            ClusterState state, NodeId node, String instance, Function<RegisteredMember, Outcome> then) {
        Optional<DepartedMember> gone = state.departure(node, instance);
        if (gone.isPresent()) {
            return departed(gone.get());
        }
        Optional<RegisteredMember> member = state.member(node);
        if (member.isEmpty()) {
            return new Outcome.Refused(Refusal.NOT_A_MEMBER, node + " is no member of the cluster; it joins first");
        }
        if (!member.get().instance().equals(instance)) {
            return new Outcome.Refused(
                    Refusal.OTHER_INSTANCE,
                    node + " has instance " + member.get().instance() + " now, not " + instance);
        }
        return then.apply(member.get());
    }

    private static Outcome departed(DepartedMember gone) {
        String what = gone.how() == DepartedMember.How.LEFT ? "left the cluster" : "was removed from the cluster";
        return new Outcome.Refused(
                Refusal.DEPARTED,
                "node " + gone.node() + " with instance " + gone.instance() + " " + what
                        + " and cannot come back; to join as a new node, move its data folder away and "
                        + "choose another name");
    }
}
