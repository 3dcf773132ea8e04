package io.dotkv.cluster.grpc;

import io.dotkv.kernel.NodeId;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import java.util.regex.Pattern;

/** Limits of the texts that come over the wire. Each check refuses with an {@link IllegalArgumentException}. */
final class WireText {
    private static final int MAX_ADDRESS_CHARS = 300;
    private static final int MAX_NOTICED_BY_CHARS = 63;
    private static final int MAX_REASON_CHARS = 256;
    private static final Pattern ADDRESS = Pattern.compile("[^\\s:/]+:[0-9]{1,5}|\\[[0-9a-fA-F:.%]+]:[0-9]{1,5}");
    private static final Pattern INSTANCE = Pattern.compile("[0-9a-f]{1,64}");
    private static final Pattern STORAGE_ID = Pattern.compile("[0-9a-zA-Z-]{0,64}");
    private static final Pattern CLUSTER_ID = Pattern.compile("[0-9a-f]{32}");

    private WireText() {}

    static Optional<String> address(String text) {
        if (text.isEmpty()) {
            return Optional.empty();
        }
        if (text.length() > MAX_ADDRESS_CHARS || !ADDRESS.matcher(text).matches() || !isUsable(text)) {
            throw new IllegalArgumentException("an address is host:port, not \"" + shortened(text) + "\"");
        }
        return Optional.of(text);
    }

    /** The transport takes host names as they stand in a URI only: an underscore, say, it refuses by an exception. */
    private static boolean isUsable(String address) {
        try {
            URI uri = new URI("//" + address);
            return uri.getHost() != null && uri.getPort() > 0;
        } catch (URISyntaxException e) {
            return false;
        }
    }

    static String storageId(String text) {
        if (!STORAGE_ID.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "the id of a storage is up to 64 letters and digits, not \"" + shortened(text) + "\"");
        }
        return text;
    }

    static String instance(String text) {
        if (!INSTANCE.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "an instance is 1 to 64 hexadecimal digits, not \"" + shortened(text) + "\"");
        }
        return text;
    }

    /** Empty while forming. */
    static String clusterId(String text) {
        if (!text.isEmpty() && !CLUSTER_ID.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "a cluster's id is 32 hexadecimal digits, not \"" + shortened(text) + "\"");
        }
        return text;
    }

    static NodeId node(String text) {
        return new NodeId(shortened(text));
    }

    static String noticedBy(String text) {
        return cut(text, MAX_NOTICED_BY_CHARS);
    }

    static String reason(String text) {
        return cut(text, MAX_REASON_CHARS);
    }

    private static String shortened(String text) {
        return cut(text, 80);
    }

    /* Explanations are for people: longer ones are cut, and what could forge a log line is replaced. */
    private static String cut(String text, int maxChars) {
        String start = text.length() <= maxChars ? text : text.substring(0, maxChars);
        return start.replaceAll("\\p{Cntrl}", " ");
    }
}
