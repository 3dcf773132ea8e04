package io.dotkv.cluster.register.format;

import io.dotkv.cluster.register.state.RetirementInProgress;
import io.dotkv.cluster.register.state.RetirementState;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.encoding.ByteReader;
import io.dotkv.kernel.encoding.ByteWriter;
import io.dotkv.kernel.encoding.Encoding;
import io.dotkv.kernel.encoding.MalformedException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** The closings in the {@link RegisterFormat}. */
final class RetirementFormat {
    private RetirementFormat() {}

    static void write(ByteWriter writer, RetirementState closings) {
        writer.writeVarint(closings.floors().size());
        closings.floors().forEach((number, boot) -> {
            writer.writeVarint(number);
            writer.writeVarint(boot);
        });
        writer.writeVarint(closings.pending().size());
        closings.pending().forEach(closing -> write(writer, closing));
    }

    static RetirementState readAll(ByteReader reader) throws MalformedException {
        int floorCount = reader.readSize(reader.remaining() / 2);
        SortedMap<Integer, Integer> floors = new TreeMap<>();
        for (int index = 0; index < floorCount; index++) {
            int number = reader.readSize(Integer.MAX_VALUE);
            if (floors.put(number, reader.readSize(Integer.MAX_VALUE)) != null) {
                throw new MalformedException("two floors of node number " + number);
            }
        }
        int count = reader.readSize(reader.remaining());
        List<RetirementInProgress> pending = new ArrayList<>();
        for (int index = 0; index < count; index++) {
            pending.add(read(reader));
        }
        return new RetirementState(floors, pending);
    }

    static void write(ByteWriter writer, RetirementInProgress closing) {
        writer.writeVarint(closing.number());
        writer.writeVarint(closing.below());
        writer.writeLong(closing.attempt());
        writer.writeVarint(closing.layout());
        writer.writeByte(closing.committed() ? 1 : 0);
        writer.writeVarint(closing.ends().size());
        closing.ends().forEach((partition, dots) -> {
            writer.writeVarint(partition);
            Encoding.writeDotSet(writer, dots);
        });
    }

    static RetirementInProgress read(ByteReader reader) throws MalformedException {
        int number = reader.readSize(Integer.MAX_VALUE);
        int below = reader.readSize(Integer.MAX_VALUE);
        long attempt = reader.readLong();
        long layout = reader.readVarint();
        boolean committed = RegisterFields.readFlag(reader);
        int count = reader.readSize(reader.remaining());
        SortedMap<Integer, DotSet> ends = new TreeMap<>();
        for (int index = 0; index < count; index++) {
            int partition = reader.readSize(Integer.MAX_VALUE);
            if (ends.put(partition, Encoding.readDotSet(reader)) != null) {
                throw new MalformedException("two ends of partition " + partition);
            }
        }
        return new RetirementInProgress(number, below, attempt, layout, committed, ends);
    }
}
