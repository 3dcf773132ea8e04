package io.dotkv.replication.grpc.codec;

import com.google.rpc.BadRequest.FieldViolation;
import java.util.List;
import java.util.stream.Collectors;

/** A request that breaks the rules of the proto, with every field that does. */
public final class InvalidRequestException extends Exception {
    private static final long serialVersionUID = 1;
    private final transient List<FieldViolation> violations;

    public InvalidRequestException(String subject, List<FieldViolation> violations) {
        super(subject + " was refused and nothing was done: "
                + violations.stream()
                        .map(violation -> violation.getField() + " " + violation.getDescription())
                        .collect(Collectors.joining("; "))
                + ". Correct the request.");
        this.violations = List.copyOf(violations);
    }

    List<FieldViolation> violations() {
        return violations;
    }
}
