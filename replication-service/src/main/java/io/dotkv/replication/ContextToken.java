package io.dotkv.replication;

/**
 * The context of an earlier answer, as clients hold it: text without meaning to anybody but the cluster that made it.
 *
 * @param text URL-safe base64, never empty
 */
public record ContextToken(String text) {
    public ContextToken {
        if (text.isEmpty()) {
            throw new IllegalArgumentException("an empty context is no context");
        }
    }
}
