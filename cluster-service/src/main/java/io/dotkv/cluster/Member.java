package io.dotkv.cluster;

import io.dotkv.kernel.NodeId;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/**
 * What is known of one member. Mergeable: the higher incarnation wins, at equal incarnation the worse health; boot is
 * the maximum of both, and of one and the same suspicion the accusers come together.
 *
 * @param node its name
 * @param incarnation raised by the member itself only: at each start, and to refute a suspicion
 * @param health what it is believed to be doing
 * @param addresses where its layers are
 * @param instance the random id of this life of its cluster data, which tells two nodes of one name apart
 * @param boot the highest boot number of its storage that is known, 0 for none
 * @param noticedBy who noticed the last change of health
 * @param reason why, in words
 * @param sinceMillis wall time of this observer when the health changed, in milliseconds since 1970; never travels
 * @param accusers of a suspect, those who found on their own that it does not answer, in order of name: the first
 *     {@value #MAX_ACCUSERS} names, since more make no difference; else empty
 */
public record Member(
        NodeId node,
        long incarnation,
        Health health,
        Addresses addresses,
        String instance,
        int boot,
        String noticedBy,
        String reason,
        long sinceMillis,
        List<NodeId> accusers) {
    /** The first accuser, and as many who confirm what it says as make a difference. */
    public static final int MAX_ACCUSERS = 4;

    /** The largest incarnation; far beyond what a node reaches, and room to grow by one. */
    public static final long MAX_INCARNATION = 1L << 52;

    /** The largest boot number that is believed; far beyond what a node reaches, and room to go on from it. */
    public static final int MAX_BOOT = 1 << 30;

    /* Two nodes of one name can have the same incarnation while nobody has noticed yet; the instance makes the outcome
     * of a merge the same everywhere. */
    private static final Comparator<Member> PRECEDENCE = Comparator.comparingLong(Member::incarnation)
            .thenComparing(Member::health)
            .thenComparing(Member::instance);

    public Member {
        if (incarnation < 0 || incarnation > MAX_INCARNATION) {
            throw new IllegalArgumentException(
                    "the incarnation of " + node + " is 0 to " + MAX_INCARNATION + ", not " + incarnation);
        }
        if (boot < 0 || boot > MAX_BOOT) {
            throw new IllegalArgumentException("the boot number of " + node + " is 0 to " + MAX_BOOT + ", not " + boot);
        }
        accusers = List.copyOf(accusers);
        if (accusers.size() > MAX_ACCUSERS || (health != Health.SUSPECT && !accusers.isEmpty())) {
            throw new IllegalArgumentException(
                    "a suspect has at most " + MAX_ACCUSERS + " accusers, and others have none: " + node);
        }
    }

    /** A record without accusers. */
    public Member(
            NodeId node,
            long incarnation,
            Health health,
            Addresses addresses,
            String instance,
            int boot,
            String noticedBy,
            String reason,
            long sinceMillis) {
        this(node, incarnation, health, addresses, instance, boot, noticedBy, reason, sinceMillis, List.of());
    }

    /**
     * What both records of the same member say together. Commutative, associative and idempotent, but for the
     * explanations (noticedBy, reason, sinceMillis), which come from the record that wins, and on a tie from this one.
     */
    public Member merge(Member other) {
        int order = PRECEDENCE.compare(this, other);
        Member winner = order >= 0 ? this : other;
        Member merged = winner.withBoot(Math.max(boot, other.boot));
        return order == 0 ? merged.withAccusers(allAccusers(other)) : merged;
    }

    /** Whether this knows something that the other record of the same member does not. */
    public boolean isNewsTo(Member other) {
        int order = PRECEDENCE.compare(this, other);
        return boot > other.boot
                || order > 0
                || (order == 0 && !allAccusers(other).equals(other.accusers));
    }

    private List<NodeId> allAccusers(Member other) {
        if (accusers.equals(other.accusers)) {
            return accusers;
        }
        TreeSet<NodeId> all = new TreeSet<>(accusers);
        all.addAll(other.accusers);
        return all.stream().limit(MAX_ACCUSERS).toList();
    }

    private Member withAccusers(List<NodeId> newAccusers) {
        return newAccusers.equals(accusers)
                ? this
                : new Member(
                        node,
                        incarnation,
                        health,
                        addresses,
                        instance,
                        boot,
                        noticedBy,
                        reason,
                        sinceMillis,
                        newAccusers);
    }

    public Member withBoot(int newBoot) {
        return newBoot == boot
                ? this
                : new Member(
                        node,
                        incarnation,
                        health,
                        addresses,
                        instance,
                        newBoot,
                        noticedBy,
                        reason,
                        sinceMillis,
                        accusers);
    }

    /** The same with another health, for a reason; who suspects it is its accuser. */
    public Member withHealth(Health newHealth, NodeId noticer, String why) {
        List<NodeId> accuser = newHealth == Health.SUSPECT ? List.of(noticer) : List.of();
        return new Member(
                node, incarnation, newHealth, addresses, instance, boot, noticer.name(), why, sinceMillis, accuser);
    }

    public Member withIncarnation(long newIncarnation, String why) {
        return new Member(node, newIncarnation, Health.ALIVE, addresses, instance, boot, node.name(), why, sinceMillis);
    }

    public Member since(long millis) {
        return millis == sinceMillis
                ? this
                : new Member(node, incarnation, health, addresses, instance, boot, noticedBy, reason, millis, accusers);
    }

    /** Whether this suspicion has as many accusers as make a difference. */
    public boolean isConfirmed() {
        return accusers.size() >= MAX_ACCUSERS;
    }

    /**
     * The suspicion that a death becomes for an observer who only heard of it; nobody stands behind it as an accuser.
     */
    public Member asSuspicion() {
        return new Member(
                node,
                incarnation,
                Health.SUSPECT,
                addresses,
                instance,
                boot,
                noticedBy,
                reason,
                sinceMillis,
                List.of());
    }

    /** Where its cluster layer is; empty for a record that came without. */
    public String clusterAddress() {
        return addresses.cluster().orElse("");
    }

    /** Whether it is believed to be there: alive, or only suspected. */
    public boolean isLive() {
        return health == Health.ALIVE || health == Health.SUSPECT;
    }
}
