package io.dotkv.storage.grpc.codec;

import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.PartitionId;
import io.dotkv.kernel.Retirement;
import io.dotkv.kernel.Retirements;
import io.dotkv.kernel.encoding.MalformedException;
import io.dotkv.proto.storage.v1.PartitionEnd;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** What was agreed on about former boots, in messages. */
final class RetirementCodec {
    private RetirementCodec() {}

    static List<io.dotkv.proto.storage.v1.Retirement> encode(Retirements retirements) {
        return retirements.nodes().stream().map(RetirementCodec::encode).toList();
    }

    private static io.dotkv.proto.storage.v1.Retirement encode(Retirement retirement) {
        var message = io.dotkv.proto.storage.v1.Retirement.newBuilder()
                .setNode(retirement.node())
                .setFloor(retirement.floor());
        retirement.attempt().ifPresent(attempt -> {
            message.setAttempt(attempt.id()).setBelow(attempt.below()).setCommitted(attempt.committed());
            attempt.ends()
                    .forEach((partition, dots) -> message.addEnds(PartitionEnd.newBuilder()
                            .setPartition(partition.number())
                            .setDots(AlgebraCodec.encode(dots))));
        });
        return message.build();
    }

    static Retirements decode(long version, List<io.dotkv.proto.storage.v1.Retirement> messages)
            throws MalformedException {
        List<Retirement> nodes = new ArrayList<>(messages.size());
        for (var message : messages) {
            try {
                nodes.add(new Retirement(message.getNode(), message.getFloor(), attempt(message)));
            } catch (IllegalArgumentException e) {
                throw AlgebraCodec.malformed(e);
            }
        }
        return new Retirements(version, nodes);
    }

    private static Optional<Retirement.Attempt> attempt(io.dotkv.proto.storage.v1.Retirement message)
            throws MalformedException {
        if (message.getAttempt() == 0) {
            return Optional.empty();
        }
        SortedMap<PartitionId, DotSet> ends = new TreeMap<>();
        for (PartitionEnd end : message.getEndsList()) {
            ends.put(StorageRequestCodec.partition(end.getPartition()), AlgebraCodec.decode(end.getDots()));
        }
        return Optional.of(
                new Retirement.Attempt(message.getAttempt(), message.getBelow(), message.getCommitted(), ends));
    }
}
