package io.dotkv.gossip;

import java.util.List;

/**
 * The answer to an {@link Exchange}.
 *
 * @param rumours what the asking node lacks, as far as it fits
 * @param digest what is still to be compared
 * @param refused whether a rumour of the exchange was refused, because there is no room or its lifetime is over by the
 *     answering node's clock; to send the same again is in vain
 */
public record ExchangeAnswer(List<Rumour> rumours, Digest digest, boolean refused) {
    /** Nothing to tell, nothing to compare. */
    public static final ExchangeAnswer NOTHING = new ExchangeAnswer(List.of(), Digest.NOTHING, false);

    public ExchangeAnswer {
        rumours = List.copyOf(rumours);
        Limits.checkCount("rumours", rumours.size(), Exchange.MAX_RUMOURS);
    }
}
