package io.dotkv.launcher.cli.format;

import io.dotkv.launcher.client.CallFailed;

/** A write whose outcome is unknown, with the way to find out. */
public final class UnknownWrite extends Exception {
    private static final long serialVersionUID = 1;

    private final String reason;

    public UnknownWrite(CallFailed failure, String requestId) {
        super(sentence(failure.sentence(), requestId), failure);
        this.reason = failure.reason();
    }

    /** The stable reason of the error. */
    public String reason() {
        return reason;
    }

    private static String sentence(String said, String requestId) {
        return said.contains(requestId)
                ? said
                : said + " The write may take effect; to find out, repeat the command with --request-id " + requestId
                        + ".";
    }
}
