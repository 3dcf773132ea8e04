package io.dotkv.cluster;

/** How people are told. */
final class Words {
    private Words() {}

    static String of(Health health) {
        return switch (health) {
            case ALIVE -> "alive";
            case SUSPECT -> "suspect";
            case DEAD -> "dead";
            case LEFT -> "gone";
        };
    }

    /** One line about a change of a member, naming who noticed and why. */
    static String of(MemberTable.Change change) {
        Member after = change.after();
        String what = change.before().isEmpty() ? "is new and " : "is ";
        String noticed =
                after.noticedBy().equals(after.node().name()) ? "says so itself" : "noticed by " + after.noticedBy();
        return "Member " + after.node() + " at " + after.clusterAddress() + " " + what + of(after.health()) + " ("
                + noticed + ": " + after.reason() + "; incarnation " + after.incarnation() + ").";
    }
}
