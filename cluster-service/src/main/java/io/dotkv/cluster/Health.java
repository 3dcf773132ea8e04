package io.dotkv.cluster;

/**
 * What a member is believed to be doing. In ascending order of badness: at equal incarnation the worse one wins.
 *
 * <p>How one observer's belief may change, from the row to the column. "Higher" means that the new belief is about a
 * higher incarnation, "same" that it may be about the same one; a belief never goes back to a lower incarnation.
 *
 * <table>
 * <caption>Legal transitions</caption> <tr><th>from</th><th>ALIVE</th><th>SUSPECT</th><th>DEAD</th><th>LEFT</th></tr>
 * <tr><th>ALIVE</th><td>higher</td><td>same, higher</td><td>never</td><td>same, higher</td></tr>
 * <tr><th>SUSPECT</th><td>higher (it refuted)</td><td>same (one more accuser), higher</td><td>same</td><td>same,
 * higher</td></tr> <tr><th>DEAD</th><td>higher (it is back)</td><td>higher</td><td>higher</td><td>same,
 * higher</td></tr> <tr><th>LEFT</th><td>higher (it is back)</td><td>higher</td><td>higher</td><td>higher</td></tr>
 * </table>
 *
 * <p>Who believes a member to be there never takes its death on hearsay: what it hears becomes a suspicion of the
 * incarnation that is said to be dead, and the member has the time of a suspicion to refute. So the dead of the other
 * half of a network that heals, and the accusations from before a mass restart, kill nobody. Between two lives of one
 * incarnation (the same name on two data folders) the instance decides, as an incarnation would. A member that was
 * {@linkplain io.dotkv.cluster.membership.Tombstones forgotten} begins anew.
 */
public enum Health {
    /** It answers probes. */
    ALIVE,
    /** It missed probes and will be declared dead unless it refutes. */
    SUSPECT,
    /** It was declared dead; it may come back at any time. */
    DEAD,
    /** It was stopped in order, and may come back at any time. A member that has left for good is a member no more. */
    LEFT;

    /** Whether a belief may change to that one of the same incarnation, or else of a higher one. */
    public boolean mayBecome(Health next, boolean ofHigherIncarnation) {
        return switch (this) {
            case ALIVE -> next != DEAD && (ofHigherIncarnation || next != ALIVE);
            case SUSPECT -> next == DEAD ? !ofHigherIncarnation : ofHigherIncarnation || next != ALIVE;
            case DEAD -> ofHigherIncarnation || next == LEFT;
            case LEFT -> ofHigherIncarnation;
        };
    }
}
