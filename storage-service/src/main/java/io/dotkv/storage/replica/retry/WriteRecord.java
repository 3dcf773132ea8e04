package io.dotkv.storage.replica.retry;

import io.dotkv.kernel.Actor;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Dot;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.encoding.ByteReader;
import io.dotkv.kernel.encoding.ByteWriter;
import io.dotkv.kernel.encoding.Encoding;
import io.dotkv.kernel.encoding.MalformedException;
import io.dotkv.kernel.types.Addition;
import java.util.ArrayList;
import java.util.List;

/**
 * What a replica knows of a write under one name.
 *
 * @param key of the write
 * @param tries the events that the write got, a run for each actor that it was given to; more than one when tries were
 *     taken for different writes
 * @param additions what its own try added to counters and has not given back
 * @param epoch under which the additions were noted; see {@link WriteIdTable#distrustAdditions}
 */
public record WriteRecord(Bytes key, List<Try> tries, List<Addition> additions, int epoch) {
    static final WriteRecord NONE = new WriteRecord(Bytes.EMPTY, List.of(), List.of(), 0);

    /**
     * Begins what is encoded. Records of before began with 0 or the number of their tries and told less: they are read
     * as unknown.
     */
    private static final int LAYOUT = 100;

    public WriteRecord {
        tries = List.copyOf(tries);
        additions = List.copyOf(additions);
    }

    /**
     * The consecutive events of one try, one for each step.
     *
     * @param past all that it may have replaced, and itself; empty when that is not known here
     */
    public record Try(Actor actor, long first, long last, DotSet past) {
        /** Whether it is known not to have replaced an event. */
        boolean hasSpared(Dot dot) {
            return !past.isEmpty() && !past.contains(dot);
        }

        int length() {
            return (int) (last - first + 1);
        }

        Dot dot(int step) {
            return new Dot(actor, first + step);
        }

        public List<Dot> dots() {
            List<Dot> dots = new ArrayList<>(length());
            for (int step = 0; step < length(); step++) {
                dots.add(dot(step));
            }
            return dots;
        }

        private boolean has(Dot dot) {
            return actor.equals(dot.actor()) && first <= dot.counter() && dot.counter() <= last;
        }
    }

    boolean has(Dot dot) {
        return tries.stream().anyMatch(each -> each.has(dot));
    }

    public boolean hasAll(List<Dot> dots) {
        return dots.stream().allMatch(this::has);
    }

    /** With an event more. An actor gives one name one run of events. */
    public WriteRecord with(Dot dot) {
        List<Try> more = new ArrayList<>(tries.size() + 1);
        long first = dot.counter();
        long last = dot.counter();
        DotSet past = DotSet.EMPTY;
        for (Try each : tries) {
            if (each.actor.equals(dot.actor())) {
                first = Math.min(first, each.first);
                last = Math.max(last, each.last);
                past = each.past;
            } else {
                more.add(each);
            }
        }
        more.add(new Try(dot.actor(), first, last, past));
        return new WriteRecord(key, more, additions, epoch);
    }

    /** With what the try of an actor may have replaced. What was known of that before is true as well. */
    WriteRecord withPast(Actor actor, DotSet past) {
        return new WriteRecord(
                key,
                tries.stream()
                        .map(each -> !each.actor.equals(actor)
                                ? each
                                : new Try(
                                        actor,
                                        each.first,
                                        each.last,
                                        each.past.isEmpty() ? past : each.past.intersect(past)))
                        .toList(),
                additions,
                epoch);
    }

    public WriteRecord withAdditions(List<Addition> newAdditions, int newEpoch) {
        return new WriteRecord(key, tries, newAdditions, newEpoch);
    }

    WriteRecord withKey(Bytes newKey) {
        return new WriteRecord(newKey, tries, additions, epoch);
    }

    byte[] encode() {
        ByteWriter writer = new ByteWriter(64);
        writer.writeVarint(LAYOUT);
        writer.writeBytes(key);
        writer.writeVarint(tries.size());
        for (Try each : tries) {
            writer.writeVarint(each.actor.node());
            writer.writeVarint(each.actor.boot());
            writer.writeVarint(each.first);
            writer.writeVarint(each.last - each.first);
            Encoding.writeDotSet(writer, each.past);
        }
        if (!additions.isEmpty()) {
            writer.writeVarint(epoch);
            for (Addition each : additions) {
                writer.writeBytes(each.path());
                writer.writeVarint(each.step());
                writer.writeLong(each.amount());
            }
        }
        return writer.toByteArray();
    }

    static WriteRecord decode(byte[] encoded) throws MalformedException {
        ByteReader reader = new ByteReader(encoded);
        if (reader.readVarint() != LAYOUT) {
            return NONE;
        }
        Bytes key = reader.readBytes();
        List<Try> tries = new ArrayList<>();
        for (long left = reader.readVarint(); left > 0; left--) {
            Actor actor = new Actor((int) reader.readVarint(), (int) reader.readVarint());
            long first = reader.readVarint();
            tries.add(new Try(actor, first, first + reader.readVarint(), Encoding.readDotSet(reader)));
        }
        int epoch = reader.remaining() == 0 ? 0 : (int) reader.readVarint();
        List<Addition> additions = new ArrayList<>();
        while (reader.remaining() > 0) {
            Bytes path = reader.readBytes();
            additions.add(new Addition(path, (int) reader.readVarint(), reader.readLong()));
        }
        return new WriteRecord(key, tries, additions, epoch);
    }
}
