package io.dotkv.launcher.connection;

import java.util.Locale;
import java.util.function.BooleanSupplier;

/**
 * What the port answers to HTTP/1: whether the node serves, to {@code GET /health}, so that a health check needs no
 * gRPC; to everything else, what to use instead.
 */
public final class PlainHttp {
    private static final String SENTENCE =
            "This port speaks gRPC, which is HTTP/2 without TLS here. Use dotkv, or grpcurl -plaintext HOST:PORT list."
                    + " GET /health says whether the node serves.\n";

    private final BooleanSupplier serving;

    /**
     * An answer.
     *
     * @param refused whether nothing was found for the request
     */
    record Answer(String text, boolean refused) {}

    /** Answers for a node that serves or not. */
    public PlainHttp(BooleanSupplier serving) {
        this.serving = serving;
    }

    /** The whole answer to a request line, such as {@code GET /health HTTP/1.1}. */
    Answer to(String requestLine) {
        String[] words = requestLine.split(" ", -1);
        boolean bodyless = words[0].equals("HEAD");
        if (words.length > 1 && words[1].equals("/health") && (bodyless || words[0].equals("GET"))) {
            return serving.getAsBoolean()
                    ? new Answer(response("200 OK", "SERVING\n", bodyless), false)
                    : new Answer(response("503 Service Unavailable", "NOT_SERVING\n", bodyless), false);
        }
        return new Answer(response("400 Bad Request", SENTENCE, bodyless), true);
    }

    private static String response(String status, String body, boolean bodyless) {
        return String.format(
                Locale.ROOT,
                "HTTP/1.1 %s\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s",
                status,
                body.length(),
                bodyless ? "" : body);
    }
}
