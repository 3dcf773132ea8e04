package io.dotkv.replication;

import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.PartitionId;
import io.dotkv.kernel.encoding.ByteReader;
import io.dotkv.kernel.encoding.ByteWriter;
import io.dotkv.kernel.encoding.Encoding;
import io.dotkv.kernel.encoding.MalformedException;
import io.dotkv.storage.PartitionClock;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which events are to be on all of their replicas: of each partition the union of the clocks of all its replicas, each
 * as it was when it was first asked. A replica that cannot be asked at first may have taken writes that no other has;
 * so the goal is whole only when every node has been heard, and grows until then.
 *
 * <p>A value that clients carry from call to call, so that no node has to remember it. Immutable.
 *
 * @param events by partition
 * @param heard the nodes whose clocks are in it
 */
public record ConvergenceGoal(SortedMap<PartitionId, DotSet> events, Set<NodeId> heard) {
    /** Nothing yet. */
    public static final ConvergenceGoal EMPTY = new ConvergenceGoal(new TreeMap<>(), new TreeSet<>());

    private static final int VERSION = 1;
    private static final int MAX_ENTRIES = 1 << 20;

    public ConvergenceGoal {
        events = Collections.unmodifiableSortedMap(new TreeMap<>(events));
        heard = Collections.unmodifiableSortedSet(new TreeSet<>(heard));
    }

    /** With what a node has, unless it was heard before: what it has taken since was written later. */
    public ConvergenceGoal hear(NodeId node, List<PartitionClock> clocks) {
        if (heard.contains(node)) {
            return this;
        }
        SortedMap<PartitionId, DotSet> more = new TreeMap<>(events);
        clocks.forEach(clock -> more.merge(clock.partition(), clock.clock(), DotSet::union));
        Set<NodeId> heardNow = new TreeSet<>(heard);
        heardNow.add(node);
        return new ConvergenceGoal(more, heardNow);
    }

    /** The events of a partition. */
    public DotSet of(PartitionId partition) {
        return events.getOrDefault(partition, DotSet.EMPTY);
    }

    /** A binary form, for clients to keep. */
    public Bytes encode() {
        ByteWriter writer = new ByteWriter(16 * events.size() + 32);
        writer.writeByte(VERSION);
        writer.writeVarint(heard.size());
        heard.forEach(node -> writer.writeBytes(Bytes.utf8(node.name())));
        writer.writeVarint(events.size());
        events.forEach((partition, dots) -> {
            writer.writeVarint(partition.number());
            Encoding.writeDotSet(writer, dots);
        });
        writer.writeChecksum();
        return Bytes.wrap(writer.toByteArray());
    }

    /**
     * The goal of a binary form.
     *
     * @throws MalformedException when it is none
     */
    public static ConvergenceGoal decode(Bytes encoded) throws MalformedException {
        ByteReader reader = ByteReader.checked(encoded.array());
        if (reader.readByte() != VERSION) {
            throw new MalformedException("a goal of another version");
        }
        try {
            Set<NodeId> heard = new TreeSet<>();
            for (int left = reader.readSize(Math.min(MAX_ENTRIES, reader.remaining())); left > 0; left--) {
                heard.add(new NodeId(new String(reader.readBytes().array(), StandardCharsets.UTF_8)));
            }
            SortedMap<PartitionId, DotSet> events = new TreeMap<>();
            for (int left = reader.readSize(Math.min(MAX_ENTRIES, reader.remaining())); left > 0; left--) {
                PartitionId partition = new PartitionId(reader.readSize(MAX_ENTRIES));
                events.put(partition, Encoding.readDotSet(reader));
            }
            reader.expectEnd();
            return new ConvergenceGoal(events, heard);
        } catch (IllegalArgumentException e) {
            throw new MalformedException(String.valueOf(e.getMessage()));
        }
    }
}
