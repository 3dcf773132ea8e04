package io.dotkv.replication;

/**
 * The context of an earlier answer, as clients hold it: text without meaning to anybody but the cluster that made it.
 *
 * @param text URL-safe base64, never empty
 */
public record ContextToken(String text) {
    /**
     * Stands where an answer has none, as that of an update: no put is to replace what it wrote. As a context it is
     * refused.
     */
    public static final ContextToken NONE = new ContextToken("none");

    public ContextToken {
        if (text.isEmpty()) {
            throw new IllegalArgumentException("an empty context is no context");
        }
    }
}
