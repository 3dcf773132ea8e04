package io.dotkv.cluster;

import io.dotkv.kernel.NodeId;
import java.util.Comparator;

/**
 * What is known of one member. Mergeable: the higher incarnation wins, at equal incarnation the worse health; boot is the
 * maximum of both.
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
        long sinceMillis) {
    /** The largest incarnation; far beyond what a node reaches, and room to grow by one. */
    static final long MAX_INCARNATION = 1L << 52;

    /* Two nodes of one name can have the same incarnation while nobody has noticed yet; the instance makes the outcome of a
    merge the same everywhere. */
    private static final Comparator<Member> PRECEDENCE = Comparator.comparingLong(Member::incarnation)
            .thenComparing(Member::health)
            .thenComparing(Member::instance);

    public Member {
        if (incarnation < 0 || incarnation > MAX_INCARNATION) {
            throw new IllegalArgumentException(
                    "the incarnation of " + node + " is 0 to " + MAX_INCARNATION + ", not " + incarnation);
        }
        if (boot < 0) {
            throw new IllegalArgumentException("the boot number of " + node + " is 0 or more, not " + boot);
        }
    }

    /**
     * What both records of the same member say together. Commutative, associative and idempotent, but for the explanations
     * (noticedBy, reason, sinceMillis), which come from the record that wins, and on a tie from this one.
     */
    public Member merge(Member other) {
        Member winner = PRECEDENCE.compare(this, other) >= 0 ? this : other;
        return winner.withBoot(Math.max(boot, other.boot));
    }

    /** Whether this knows something that the other record of the same member does not. */
    boolean isNewsTo(Member other) {
        return boot > other.boot || PRECEDENCE.compare(this, other) > 0;
    }

    Member withBoot(int newBoot) {
        return new Member(node, incarnation, health, addresses, instance, newBoot, noticedBy, reason, sinceMillis);
    }

    Member withHealth(Health newHealth, NodeId noticer, String why) {
        return new Member(node, incarnation, newHealth, addresses, instance, boot, noticer.name(), why, sinceMillis);
    }

    Member withIncarnation(long newIncarnation, String why) {
        return new Member(node, newIncarnation, Health.ALIVE, addresses, instance, boot, node.name(), why, sinceMillis);
    }

    Member since(long millis) {
        return new Member(node, incarnation, health, addresses, instance, boot, noticedBy, reason, millis);
    }

    /** Where its cluster layer is; empty for a record that came without. */
    String clusterAddress() {
        return addresses.cluster().orElse("");
    }

    /** Whether it is believed to be there: alive, or only suspected. */
    boolean isLive() {
        return health == Health.ALIVE || health == Health.SUSPECT;
    }
}
