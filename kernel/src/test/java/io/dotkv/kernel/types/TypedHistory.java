package io.dotkv.kernel.types;

import io.dotkv.kernel.Actor;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Delta;
import io.dotkv.kernel.Dot;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.HybridTime;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.Leaf;
import io.dotkv.kernel.MultiValueRegister;
import io.dotkv.kernel.Row;
import io.dotkv.kernel.VersionVector;
import io.dotkv.kernel.encoding.MalformedException;
import io.dotkv.kernel.ports.RandomSource;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A random history of changes of one key over three replicas. Deltas are lost, come late, twice, or two joined into
 * one; rows are handed over whole; nodes start again, and former boots are closed. Beside its row each replica has the
 * plain set of events that have had an effect on it, and of those that have ended.
 */
final class TypedHistory {
    static final Key KEY = Key.of("cart");

    private static final DataType[] TYPES = DataType.values();

    private final RandomSource random;
    private final Fault fault;
    private final boolean resets;
    private int sent;
    final List<Replica> replicas = new ArrayList<>();
    final List<Event> events = new ArrayList<>();
    final List<Sent> deltas = new ArrayList<>();

    /** A delta with the events it stands for. */
    record Sent(Delta delta, BitSet events) {}

    /** @param resets whether something is ever removed from counters */
    TypedHistory(RandomSource random, Fault fault, boolean resets) {
        this.random = random;
        this.fault = fault;
        this.resets = resets;
        for (int node = 1; node <= 3; node++) {
            replicas.add(new Replica(node));
        }
    }

    /** One thing happens. The replica that it happened to. */
    Replica step() {
        Replica replica = any(replicas);
        switch (random.nextInt(16)) {
            case 0, 1, 2, 3, 4, 5 -> operate(replica);
            case 6 -> {
                if (random.nextInt(3) == 0) {
                    close(replica);
                } else {
                    replica.restart();
                }
            }
            case 7 -> replica.takeRow(any(replicas));
            case 8 -> replica.somethingElse();
            case 9 -> putPlainly(replica);
            default -> deliverOne(replica);
        }
        return replica;
    }

    /** All get everything of the node's former boots; some then hold whole boots, and others do so later or never. */
    private void close(Replica closed) {
        for (Replica replica : replicas) {
            deltas.stream()
                    .filter(sent -> sent.delta.events().stream().anyMatch(closed::isFormer))
                    .forEach(replica::apply);
        }
        pullAll();
        replicas.stream().filter(replica -> random.nextInt(2) == 0).forEach(replica -> replica.raiseFloor(closed));
    }

    private void deliverOne(Replica replica) {
        if (deltas.isEmpty()) {
            return;
        }
        // The newest more often: what is old would keep coming back and nothing would be missed for long.
        Sent one = random.nextInt(2) == 0 ? deltas.getLast() : any(deltas);
        replica.apply(random.nextInt(4) == 0 ? joined(one, any(deltas)) : one);
    }

    private static Sent joined(Sent one, Sent other) {
        Row row = new Row(one.delta.leaves(), one.delta.context())
                .join(new Row(other.delta.leaves(), other.delta.context()));
        List<Dot> dots = new ArrayList<>(one.delta.events());
        dots.addAll(other.delta.events());
        BitSet events = (BitSet) one.events.clone();
        events.or(other.events);
        return new Sent(new Delta(KEY, row.leaves(), row.context(), dots), events);
    }

    private void operate(Replica replica) {
        int steps = 1 + random.nextInt(2) * random.nextInt(3);
        Row row = Row.EMPTY;
        List<Dot> dots = new ArrayList<>();
        BitSet made = new BitSet();
        HybridTime time = time();
        Row seen = replica.export();
        Row before = seen;
        List<Step> all = new ArrayList<>();
        for (int step = 0; step < steps; step++) {
            Step drawn = drawStep();
            all.add(drawn);
            Draft draft = new Draft(KEY, seen, replica.nextDot(), time);
            try {
                drawn.apply(draft);
            } catch (ImpossibleChangeException e) {
                throw new AssertionError(e);
            }
            made.set(record(replica, drawn, draft.delta().events().getFirst(), time));
            Delta delta = fault.of(draft.delta(), drawn.change(), seen);
            Row ofStep = new Row(delta.leaves(), delta.context());
            seen = seen.join(ofStep);
            row = row.join(ofStep);
            dots.addAll(delta.events());
        }
        Delta joined = new Delta(KEY, row.leaves(), row.context(), dots);
        if (fault == Fault.NONE) {
            checkAtOnce(joined, new Update(all), before, time);
        }
        send(replica, joined, made);
    }

    /** The delta of all steps at once is the join of their deltas. */
    private static void checkAtOnce(Delta joined, Update update, Row before, HybridTime time) {
        Delta atOnce;
        try {
            atOnce = update.draft(KEY, before, joined.events().getFirst(), time).delta();
        } catch (ImpossibleChangeException e) {
            throw new AssertionError(e);
        }
        if (!atOnce.equals(joined)) {
            throw new AssertionError(update + " on " + before + " is " + atOnce + " and not " + joined);
        }
    }

    /** A put or delete of the whole key, by what the replica or a client has seen. */
    private void putPlainly(Replica replica) {
        boolean deletes = resets && random.nextInt(3) == 0;
        Bytes value = Bytes.utf8("value " + events.size());
        HybridTime time = time();
        Dot dot = replica.nextDot();
        Replica other = any(replicas);
        Row read = replica.export().join(other.export());
        boolean byContext = random.nextInt(2) == 0;
        Step step = new Step(Place.PLAIN, deletes ? new TypeChange.Clear() : new TypeChange.Put(value));
        BitSet known = (BitSet) replica.seen.clone();
        BitSet over = (BitSet) replica.over.clone();
        if (byContext) {
            known.or(other.seen);
            over.or(other.over);
        }
        BitSet ended = new BitSet();
        known.stream()
                .filter(number -> (deletes && !byContext) || isTouched(number, step))
                .forEach(ended::set);
        int number = events.size();
        events.add(new Event(number, step, dot, time, 0, ended, over));
        VersionVector context = VersionVector.of(read);
        Delta delta = byContext
                ? MultiValueRegister.replaceCovered(
                        KEY,
                        dot,
                        time,
                        deletes ? null : value,
                        fault == Fault.PUT_COVERS_OTHER_TYPES ? context : context.sparingTypes(read.leaves()))
                : MultiValueRegister.replaceSeen(KEY, dot, time, deletes ? null : value, replica.export());
        BitSet made = new BitSet();
        made.set(number);
        tell(replica, number);
        send(replica, delta, made);
    }

    private boolean isTouched(int number, Step step) {
        return events.get(number).writes() && events.get(number).isTouchedBy(step);
    }

    private int record(Replica replica, Step step, Dot dot, HybridTime time) {
        BitSet ended = new BitSet();
        boolean tellsAll = Event.tellsAll(step);
        boolean counts = step.change() instanceof TypeChange.Increase;
        long amount = step.change() instanceof TypeChange.Increase(long given) ? given : 0;
        for (int number = replica.seen.nextSetBit(0); number >= 0; number = replica.seen.nextSetBit(number + 1)) {
            Event earlier = events.get(number);
            boolean own = earlier.dot().actor().equals(dot.actor());
            if (!isTouched(number, step) || (counts && !own)) {
                continue;
            }
            if (counts && !replica.over.get(number)) {
                amount += earlier.amount();
            }
            if (tellsAll || counts || !replica.over.get(number)) {
                ended.set(number);
            }
        }
        BitSet also = new BitSet();
        if (tellsAll) {
            also = (BitSet) replica.over.clone();
        } else if (counts) {
            replica.over.stream()
                    .filter(number -> events.get(number).dot().actor().equals(dot.actor()))
                    .forEach(also::set);
        }
        int number = events.size();
        events.add(new Event(number, step, dot, time, amount, ended, also));
        tell(replica, number);
        return number;
    }

    private void tell(Replica replica, int number) {
        replica.seen.set(number);
        replica.over.or(events.get(number).ended());
        replica.over.or(events.get(number).alsoEnded());
    }

    private void send(Replica replica, Delta delta, BitSet made) {
        Sent message = new Sent(delta, made);
        deltas.add(message);
        replica.apply(message);
        sent++;
    }

    /** Clocks are not the same everywhere: what is written later may bear an earlier time. */
    private HybridTime time() {
        return HybridTime.ofMillis(10 + sent + random.nextInt(4));
    }

    private Step drawStep() {
        List<Bytes> fields = new ArrayList<>();
        while (fields.size() < 3 && random.nextInt(3) == 0) {
            fields.add(name());
        }
        DataType type = TYPES[random.nextInt(TYPES.length)];
        if (type == DataType.MAP && !resets) {
            type = DataType.COUNTER;
        }
        Place place = new Place(fields, type);
        boolean clears = random.nextInt(8) == 0 && (resets || type != DataType.COUNTER);
        return new Step(place, clears ? new TypeChange.Clear() : drawChange(type));
    }

    private TypeChange drawChange(DataType type) {
        return switch (type) {
            case REGISTER -> drawPut(Bytes.utf8("value " + events.size()));
            case LAST_WRITE -> new TypeChange.Put(Bytes.utf8("value " + events.size()));
            case COUNTER -> new TypeChange.Increase(random.nextInt(20) - 5);
            case ADD_WINS_SET, REMOVE_WINS_SET ->
                random.nextInt(3) == 0 ? new TypeChange.Remove(name()) : new TypeChange.Add(name());
            case ENABLE_WINS_FLAG, DISABLE_WINS_FLAG -> new TypeChange.Switch(random.nextInt(2) == 0);
            case MAP -> new TypeChange.Remove(name());
        };
    }

    private TypeChange drawPut(Bytes value) {
        return events.size() % 3 == 0 ? new TypeChange.PutBeside(value) : new TypeChange.Put(value);
    }

    private Bytes name() {
        return Bytes.utf8(random.nextInt(3) == 0 ? "pear" : "fig");
    }

    /** Every replica takes every delta, each in an order of its own. */
    void deliverAll() {
        for (Replica replica : replicas) {
            List<Sent> rest = new ArrayList<>(deltas);
            while (!rest.isEmpty()) {
                replica.apply(rest.remove(random.nextInt(rest.size())));
            }
        }
        for (Replica replica : replicas) {
            replicas.forEach(replica::takeFloors);
        }
    }

    /** Replicas pull from each other what their clocks lack, until the clocks are equal. */
    void pullAll() {
        for (int round = 0; round < 2; round++) {
            for (Replica replica : replicas) {
                for (Replica other : replicas) {
                    replica.pull(other);
                }
            }
        }
    }

    /** The content by the definitions, given what has had an effect and what has ended. */
    Content byDefinition(BitSet seen, BitSet over) {
        BitSet inForce = (BitSet) seen.clone();
        inForce.andNot(over);
        return Definitions.content(inForce.stream()
                .mapToObj(events::get)
                .filter(Event::writes)
                .collect(Collectors.toCollection(ArrayList::new)));
    }

    /** All events. */
    BitSet all() {
        BitSet all = new BitSet();
        all.set(0, events.size());
        return all;
    }

    /** What was ended by an event that had seen it, and by nothing else. */
    BitSet ended() {
        BitSet ended = new BitSet();
        events.forEach(event -> ended.or(event.ended()));
        return ended;
    }

    private <T> T any(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    static LeafPath parsed(Leaf leaf) {
        try {
            return LeafPath.of(leaf.path());
        } catch (MalformedException e) {
            throw new AssertionError(e);
        }
    }

    /** A replica by the book. */
    final class Replica {
        private final int node;
        private int boot = 1;
        private long counter;
        private Row row = Row.EMPTY;
        DotSet clock = DotSet.EMPTY;
        final BitSet seen = new BitSet();
        final BitSet over = new BitSet();

        Replica(int node) {
            this.node = node;
        }

        Dot nextDot() {
            return new Dot(new Actor(node, boot), ++counter);
        }

        void restart() {
            boot++;
            counter = 0;
        }

        boolean isFormer(Dot dot) {
            return dot.actor().node() == node && dot.actor().boot() < boot;
        }

        void raiseFloor(Replica closed) {
            cover(DotSet.allBelow(new Actor(closed.node, closed.boot)));
        }

        void takeFloors(Replica other) {
            cover(other.clock.wholeBoots());
        }

        private void cover(DotSet wholeBoots) {
            clock = clock.union(wholeBoots);
            row = row.strip(clock);
        }

        /** An event of another key of the partition. */
        void somethingElse() {
            Dot dot = nextDot();
            send(this, new Delta(KEY, List.of(), DotSet.of(dot), List.of(dot)), new BitSet());
        }

        Row export() {
            return row.fill(clock);
        }

        Content content() {
            try {
                return Content.of(row.leaves());
            } catch (MalformedException e) {
                throw new AssertionError(e);
            }
        }

        void apply(Sent message) {
            join(message.delta);
            message.events.stream().forEach(number -> tell(this, number));
        }

        private void join(Delta delta) {
            Row joined = row.join(delta.leaves(), delta.context(), row.context().union(clock));
            clock = clock.union(DotSet.of(delta.events()));
            row = fault.joined(joined).strip(clock);
        }

        /** Is repaired by another's row: takes the events of its leaves, whose whole effect is in it. */
        void takeRow(Replica other) {
            Row whole = other.export();
            List<Dot> dots = whole.leaves().stream().map(Leaf::dot).toList();
            join(new Delta(KEY, whole.leaves(), whole.context(), dots));
            seen.or(other.seen);
            over.or(other.over);
        }

        void pull(Replica other) {
            DotSet missing = other.clock.minus(clock);
            if (missing.isEmpty()) {
                return;
            }
            Row whole = other.export();
            join(new Delta(KEY, whole.leaves(), whole.context().union(missing), List.of()));
            clock = clock.union(missing);
            row = row.strip(clock);
            seen.or(other.seen);
            over.or(other.over);
        }
    }
}
