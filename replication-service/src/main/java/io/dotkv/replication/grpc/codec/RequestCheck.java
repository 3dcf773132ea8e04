package io.dotkv.replication.grpc.codec;

import com.google.protobuf.ByteString;
import com.google.rpc.BadRequest.FieldViolation;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Dot;
import io.dotkv.kernel.Key;
import io.dotkv.proto.replication.v1.Form;
import io.dotkv.replication.Consistency;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Collects what is wrong with one request. One thread. */
final class RequestCheck {
    private static final int ENOUGH_CHARS = 400;

    private final String subject;
    private int toldChars;
    private @Nullable List<FieldViolation> violations;

    RequestCheck(String subject) {
        this.subject = subject;
    }

    /** Notes what is wrong with a field. The first of very many are enough, and fit into the trailer of a call. */
    void wrong(String field, String description) {
        if (violations == null) {
            violations = new ArrayList<>();
        }
        if (toldChars > ENOUGH_CHARS) {
            return;
        }
        toldChars += field.length() + description.length();
        violations.add(FieldViolation.newBuilder()
                .setField(field)
                .setDescription(description)
                .build());
    }

    @Nullable
    Key key(String field, ByteString key) {
        if (key.isEmpty() || key.size() > Key.MAX_BYTES) {
            wrong(field, "has 1 to " + Key.MAX_BYTES + " bytes, not " + key.size());
            return null;
        }
        return new Key(Bytes.wrap(key.toByteArray()));
    }

    @Nullable
    Key noKey() {
        wrong("key", "is missing: set key, or raw_key for bytes");
        return null;
    }

    Consistency level(io.dotkv.proto.replication.v1.Consistency level) {
        Optional<Consistency> known = ConsistencyCodec.decode(level);
        if (known.isEmpty()) {
            wrong("consistency", "is none of ONE, TWO, QUORUM and ALL");
        }
        return known.orElse(Consistency.ALL);
    }

    void form(Form form) {
        if (form == Form.UNRECOGNIZED) {
            wrong("form", "is neither TEXT nor RAW");
        }
    }

    /** The dots that a client names. */
    Set<Dot> dots(List<String> texts) {
        Set<Dot> dots = new LinkedHashSet<>();
        for (String text : texts) {
            try {
                dots.add(ClientCodec.dot(text));
            } catch (IllegalArgumentException e) {
                wrong("dots", "has dots as answers name them, such as 1.1:7");
                break;
            }
        }
        return dots;
    }

    void passed() throws InvalidRequestException {
        if (violations != null) {
            throw new InvalidRequestException(subject, violations);
        }
    }

    Key passed(@Nullable Key key) throws InvalidRequestException {
        passed();
        if (key == null) {
            throw new IllegalStateException("a request without a key has passed");
        }
        return key;
    }
}
