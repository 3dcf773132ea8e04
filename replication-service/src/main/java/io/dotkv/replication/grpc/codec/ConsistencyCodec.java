package io.dotkv.replication.grpc.codec;

import io.dotkv.proto.replication.v1.Consistency;
import java.util.Optional;

/** Levels of consistency on the wire. */
final class ConsistencyCodec {
    private ConsistencyCodec() {}

    /** The level, the default when none is given; empty when it is unknown. */
    static Optional<io.dotkv.replication.Consistency> decode(Consistency level) {
        return switch (level) {
            case CONSISTENCY_UNSPECIFIED, QUORUM -> Optional.of(io.dotkv.replication.Consistency.QUORUM);
            case ONE -> Optional.of(io.dotkv.replication.Consistency.ONE);
            case TWO -> Optional.of(io.dotkv.replication.Consistency.TWO);
            case ALL -> Optional.of(io.dotkv.replication.Consistency.ALL);
            case UNRECOGNIZED -> Optional.empty();
        };
    }

    static Consistency encode(io.dotkv.replication.Consistency level) {
        return switch (level) {
            case ONE -> Consistency.ONE;
            case TWO -> Consistency.TWO;
            case QUORUM -> Consistency.QUORUM;
            case ALL -> Consistency.ALL;
        };
    }
}
