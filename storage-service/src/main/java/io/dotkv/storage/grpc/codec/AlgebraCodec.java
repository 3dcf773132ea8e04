package io.dotkv.storage.grpc.codec;

import com.google.protobuf.ByteOutput;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.dotkv.kernel.Actor;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Delta;
import io.dotkv.kernel.Dot;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.HybridTime;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.Leaf;
import io.dotkv.kernel.Row;
import io.dotkv.kernel.encoding.Encoding;
import io.dotkv.kernel.encoding.MalformedException;
import io.dotkv.proto.storage.v1.ActorDots;
import io.dotkv.proto.storage.v1.Floor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The kernel's values as messages, and back. Every message either becomes a well-formed value or is refused with a
 * sentence. Payloads are not copied on the way out, and on the way in only when they are part of a larger array.
 */
public final class AlgebraCodec {
    private AlgebraCodec() {}

    public static ByteString encode(Bytes bytes) {
        return bytes.isEmpty() ? ByteString.EMPTY : UnsafeByteOperations.unsafeWrap(bytes.array());
    }

    public static Bytes decode(ByteString bytes) {
        if (bytes.isEmpty()) {
            return Bytes.EMPTY;
        }
        Taker taker = new Taker(bytes.size());
        try {
            UnsafeByteOperations.unsafeWriteTo(bytes, taker);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Bytes.wrap(taker.array);
    }

    static Key decodeKey(ByteString key) throws MalformedException {
        try {
            return new Key(decode(key));
        } catch (IllegalArgumentException e) {
            throw malformed(e);
        }
    }

    public static io.dotkv.proto.storage.v1.Dot encode(Dot dot) {
        return io.dotkv.proto.storage.v1.Dot.newBuilder()
                .setNode(dot.actor().node())
                .setBoot(dot.actor().boot())
                .setCounter(dot.counter())
                .build();
    }

    public static Dot decode(io.dotkv.proto.storage.v1.Dot dot) throws MalformedException {
        try {
            return new Dot(new Actor(dot.getNode(), dot.getBoot()), dot.getCounter());
        } catch (IllegalArgumentException e) {
            throw malformed(e);
        }
    }

    public static io.dotkv.proto.storage.v1.DotSet encode(DotSet set) {
        var message = io.dotkv.proto.storage.v1.DotSet.newBuilder();
        for (Actor first : set.floors()) {
            message.addFloors(Floor.newBuilder().setNode(first.node()).setBoot(first.boot()));
        }
        for (Actor actor : set.actors()) {
            ActorDots.Builder dots =
                    ActorDots.newBuilder().setNode(actor.node()).setBoot(actor.boot());
            for (long length : Encoding.lengthsOf(set.runsOf(actor))) {
                dots.addRuns(length);
            }
            message.addActors(dots);
        }
        return message.build();
    }

    public static DotSet decode(io.dotkv.proto.storage.v1.DotSet set) throws MalformedException {
        int count = set.getActorsCount();
        if (count == 0 && set.getFloorsCount() == 0) {
            return DotSet.EMPTY;
        }
        List<Actor> floors = new ArrayList<>(set.getFloorsCount());
        List<Actor> actors = new ArrayList<>(count);
        List<long[]> runs = new ArrayList<>(count);
        try {
            for (Floor floor : set.getFloorsList()) {
                floors.add(new Actor(floor.getNode(), floor.getBoot()));
            }
            for (ActorDots dots : set.getActorsList()) {
                actors.add(new Actor(dots.getNode(), dots.getBoot()));
                long[] lengths = new long[dots.getRunsCount()];
                for (int index = 0; index < lengths.length; index++) {
                    lengths[index] = dots.getRuns(index);
                }
                runs.add(Encoding.runsOf(lengths));
            }
            return DotSet.ofRuns(floors, actors, runs);
        } catch (IllegalArgumentException e) {
            throw malformed(e);
        }
    }

    public static io.dotkv.proto.storage.v1.Row encode(Row row) {
        var message = io.dotkv.proto.storage.v1.Row.newBuilder().setContext(encode(row.context()));
        for (Leaf leaf : row.leaves()) {
            message.addLeaves(encode(leaf));
        }
        return message.build();
    }

    /** A row as a replica exports it: its context covers its leaves. */
    public static Row decode(io.dotkv.proto.storage.v1.Row row) throws MalformedException {
        try {
            Row decoded = new Row(decodeLeaves(row.getLeavesList()), decode(row.getContext()));
            for (Leaf leaf : decoded.leaves()) {
                if (!decoded.context().contains(leaf.dot())) {
                    throw new MalformedException("the context of a row does not cover its leaf " + leaf.dot());
                }
            }
            return decoded;
        } catch (IllegalArgumentException e) {
            throw malformed(e);
        }
    }

    public static io.dotkv.proto.storage.v1.Delta encode(Delta delta) {
        return encode(delta, delta.context(), delta.events());
    }

    /**
     * A delta whose leaves are whole events, beside a base that its context contains: without what follows from these.
     */
    public static io.dotkv.proto.storage.v1.Delta encode(Delta delta, DotSet base) {
        DotSet leaves = Row.dotsOf(delta.leaves());
        List<Dot> others =
                delta.events().stream().filter(event -> !leaves.contains(event)).toList();
        DotSet rest = delta.context().minus(base).minus(leaves).minus(DotSet.of(others));
        return encode(delta, rest, others);
    }

    private static io.dotkv.proto.storage.v1.Delta encode(Delta delta, DotSet context, List<Dot> events) {
        var message = io.dotkv.proto.storage.v1.Delta.newBuilder()
                .setKey(encode(delta.key().bytes()));
        if (!context.isEmpty()) {
            message.setContext(encode(context));
        }
        for (Leaf leaf : delta.leaves()) {
            message.addLeaves(encode(leaf));
        }
        for (Dot event : events) {
            message.addEvents(encode(event));
        }
        return message.build();
    }

    public static Delta decode(io.dotkv.proto.storage.v1.Delta delta) throws MalformedException {
        return decode(delta, decodeLeaves(delta.getLeavesList()), decode(delta.getContext()), List.of());
    }

    /** The delta that was encoded beside this base. */
    public static Delta decode(io.dotkv.proto.storage.v1.Delta delta, DotSet base) throws MalformedException {
        List<Leaf> leaves = decodeLeaves(delta.getLeavesList());
        DotSet context = decode(delta.getContext()).union(base).union(dotsOf(leaves));
        for (var event : delta.getEventsList()) {
            context = context.with(decode(event));
        }
        return decode(delta, leaves, context, leaves);
    }

    private static DotSet dotsOf(List<Leaf> leaves) throws MalformedException {
        for (int index = 1; index < leaves.size(); index++) {
            if (leaves.get(index - 1).dot().compareTo(leaves.get(index).dot()) >= 0) {
                throw new MalformedException("the leaves of a delta do not ascend by dot");
            }
        }
        return Row.dotsOf(leaves);
    }

    /** @param whole leaves that are events, too */
    private static Delta decode(
            io.dotkv.proto.storage.v1.Delta delta, List<Leaf> leaves, DotSet context, List<Leaf> whole)
            throws MalformedException {
        List<Dot> events = new ArrayList<>(delta.getEventsCount() + whole.size());
        for (var event : delta.getEventsList()) {
            events.add(decode(event));
        }
        whole.forEach(leaf -> events.add(leaf.dot()));
        try {
            return new Delta(decodeKey(delta.getKey()), leaves, context, events);
        } catch (IllegalArgumentException e) {
            throw malformed(e);
        }
    }

    private static io.dotkv.proto.storage.v1.Leaf encode(Leaf leaf) {
        return io.dotkv.proto.storage.v1.Leaf.newBuilder()
                .setDot(encode(leaf.dot()))
                .setPath(encode(leaf.path()))
                .setTime(leaf.time().packed())
                .setPayload(encode(leaf.payload()))
                .build();
    }

    private static List<Leaf> decodeLeaves(List<io.dotkv.proto.storage.v1.Leaf> messages) throws MalformedException {
        List<Leaf> leaves = new ArrayList<>(messages.size());
        for (var leaf : messages) {
            leaves.add(new Leaf(
                    decode(leaf.getDot()),
                    decode(leaf.getPath()),
                    new HybridTime(leaf.getTime()),
                    decode(leaf.getPayload())));
        }
        return leaves;
    }

    static MalformedException malformed(IllegalArgumentException e) {
        return new MalformedException(String.valueOf(e.getMessage()));
    }

    /** Takes the bytes of a byte string: its own array when that holds nothing else, a copy otherwise. */
    private static final class Taker extends ByteOutput {
        private final int size;
        private byte[] array = {};
        private int length;

        Taker(int size) {
            this.size = size;
        }

        @Override
        public void write(byte value) {
            write(new byte[] {value}, 0, 1);
        }

        @Override
        public void write(byte[] value, int offset, int count) {
            if (length == 0) {
                array = new byte[size];
            }
            System.arraycopy(value, offset, array, length, count);
            length += count;
        }

        @Override
        public void writeLazy(byte[] value, int offset, int count) {
            if (count == size && value.length == size) {
                array = value;
                length = count;
            } else if (count == size) {
                array = Arrays.copyOfRange(value, offset, offset + count);
                length = count;
            } else {
                write(value, offset, count);
            }
        }

        @Override
        public void write(ByteBuffer value) {
            byte[] copy = new byte[value.remaining()];
            value.get(copy);
            write(copy, 0, copy.length);
        }

        @Override
        public void writeLazy(ByteBuffer value) {
            write(value);
        }
    }
}
