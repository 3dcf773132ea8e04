package io.dotkv.storage.replica;

/** The rules of a replica and of its surroundings, each broken alone: the model has to notice every one. */
enum Fault {
    /** Every rule is kept. */
    NONE,
    /** A deletion only removes and is no event. */
    DELETES_TAKE_NO_DOT,
    /** The events of a delta are in the clock when its leaves are joined. */
    EVENTS_ENTER_BEFORE_THE_ROW,
    /** The clock takes every dot that a delta's context names. */
    CONTEXT_ENTERS_THE_CLOCK,
    /**
     * A put without context covers the leaves that the row shows and its residual, and not all that the replica saw.
     */
    PUT_REPLACES_ONLY_WHAT_SHOWS,
    /** Residuals are stripped by the whole clock, and rows filled by its base. */
    STRIPPED_BY_THE_WHOLE_CLOCK,
    /** A node that lost its newest writes goes on counting under its old boot. */
    ACTOR_GOES_ON_AFTER_A_LOST_TAIL,
    /** A crash leaves half of a batch. */
    BATCH_TORN_BY_A_CRASH,
    /** A replica that may have lost acknowledged writes takes part in reads at once. */
    LOST_TAIL_KEEPS_ITS_VOTE,
    /** An empty disk takes part in reads at once. */
    LOST_DISK_KEEPS_ITS_VOTE,
    /** A replica that may have lost acknowledged writes needs to have pulled from one voter only. */
    ONE_DONOR_IS_ENOUGH,
    /** An answer that was made for an earlier life of the replica makes its sender a donor. */
    ANSWERS_TO_EARLIER_LIVES_COUNT,
    /** Writes are confirmed before they are synced, and the loss of power is taken for harmless. */
    CONFIRMED_BEFORE_THE_SYNC,
    /** The end of a full answer gives its clock although a range was lost. */
    CLOCK_TAKEN_ALTHOUGH_A_RANGE_WAS_LOST,
    /** The clock of a full answer is taken before its rows. */
    CLOCK_TAKEN_BEFORE_THE_ROWS,
    /** An answer is made of newer rows than its clock. */
    CLOCK_OLDER_THAN_THE_ROWS,
    /** An answer is made of older rows than its clock. */
    ROWS_OLDER_THAN_THE_CLOCK,
    /** Events that have left the log are taken for sent. */
    PRUNED_MEANS_NOTHING_TO_SEND,
    /** A full answer says nothing about keys that the sender does not have. */
    FULL_ANSWER_SKIPS_ABSENT_KEYS,
    /** An absent row is exported without a context. */
    ABSENT_EXPORTED_AS_UNKNOWN,
    /** Former boots are closed when one replica has answered. */
    CLOSED_AFTER_ONE_ANSWER,
    /**
     * Former boots are closed when all replicas have said the same at some time, without a promise that it stays so.
     */
    CLOSED_WITHOUT_A_PROMISE,
    /** A replica takes events of former boots in spite of its promise. */
    PROMISE_IS_NOT_KEPT,
    /** Boots that were closed leave no floor in the clock. */
    CLOSED_BOOTS_LEAVE_NO_FLOOR,
    /** Rows that show what a void event did are not written anew. */
    VOID_EFFECTS_ARE_NOT_TOUCHED,
    /** A disk from before boots were closed is not emptied. */
    PAST_IS_TAKEN_AS_IT_IS,
    /** A write that comes when its boot is closed is confirmed, since the floor covers it. */
    LATE_WRITES_OF_CLOSED_BOOTS_ARE_CONFIRMED,
}
