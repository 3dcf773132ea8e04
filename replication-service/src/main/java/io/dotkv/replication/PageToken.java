package io.dotkv.replication;

/**
 * Where a scan goes on, as clients hold it: text without meaning to anybody but the cluster that made it.
 *
 * @param text URL-safe base64, never empty
 */
public record PageToken(String text) {
    public PageToken {
        if (text.isEmpty()) {
            throw new IllegalArgumentException("an empty page token is no page token");
        }
    }
}
