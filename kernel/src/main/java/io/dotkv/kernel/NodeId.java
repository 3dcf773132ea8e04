package io.dotkv.kernel;

import java.util.regex.Pattern;

/**
 * The name of a node, chosen by its operator and unique in its cluster: 1 to 63 letters, digits, dots, dashes and
 * underscores, beginning with a letter or digit. Ordered as text.
 */
public record NodeId(String name) implements Comparable<NodeId> {
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");

    public NodeId {
        if (!FORM.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "a node's name is 1 to 63 letters, digits, '.', '-' or '_', beginning with a letter or digit: \""
                            + name + "\"");
        }
    }

    @Override
    public int compareTo(NodeId other) {
        return name.compareTo(other.name);
    }

    @Override
    public String toString() {
        return name;
    }
}
