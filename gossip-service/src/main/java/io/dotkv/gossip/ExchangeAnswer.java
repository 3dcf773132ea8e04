package io.dotkv.gossip;

import java.util.List;

/**
 * The answer to an {@link Exchange}.
 *
 * @param rumours what the answering node has newer than the digest, as far as it fits
 * @param wanted what the digest has newer; the asking node sends these next
 */
public record ExchangeAnswer(List<Rumour> rumours, List<DigestEntry> wanted) {
    /** Nothing to tell, nothing wanted. */
    public static final ExchangeAnswer NOTHING = new ExchangeAnswer(List.of(), List.of());

    public ExchangeAnswer {
        rumours = List.copyOf(rumours);
        wanted = List.copyOf(wanted);
        if (rumours.size() > GossipSettings.HARD_MAX_SUBJECTS || wanted.size() > GossipSettings.HARD_MAX_SUBJECTS) {
            throw new IllegalArgumentException(
                    "an answer has at most " + GossipSettings.HARD_MAX_SUBJECTS + " rumours and wanted subjects");
        }
    }
}
