package io.dotkv.simulation;

import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.ports.RandomSource;
import io.dotkv.kernel.types.DataType;
import io.dotkv.kernel.types.Place;
import io.dotkv.kernel.types.Step;
import io.dotkv.kernel.types.TypeChange;
import io.dotkv.kernel.types.Update;
import io.dotkv.replication.Consistency;
import io.dotkv.replication.ContentResult;
import io.dotkv.replication.Operation;
import io.dotkv.simulation.history.TraceText;
import java.util.ArrayList;
import java.util.List;

/**
 * What a client does with data types: it adds to counters, of which a key has one itself and one in a field of a map;
 * it adds elements to sets and removes its own; and it reads both. These keys hold nothing else.
 */
final class TypedClient {
    private static final Place COUNTER = new Place(List.of(), DataType.COUNTER);
    private static final Place COUNTER_IN_MAP = new Place(List.of(Bytes.utf8("f")), DataType.COUNTER);
    private static final Place SET = new Place(List.of(), DataType.ADD_WINS_SET);

    private final SimulatedClient client;
    private final World world;
    private final RandomSource random;
    private final List<Element> elements = new ArrayList<>();

    private record Element(Key key, String name) {}

    TypedClient(SimulatedClient client) {
        this.client = client;
        this.world = client.world();
        this.random = client.random();
    }

    /** Whether the next request is one of these. */
    boolean isNext() {
        int ofHundred = world.shape().typedRequests();
        return ofHundred > 0 && random.nextInt(100) < ofHundred;
    }

    void act() {
        int choice = random.nextInt(100);
        String number = String.valueOf(random.nextInt(world.shape().keys()));
        if (choice < 15) {
            read(Key.of((choice < 8 ? "n" : "s") + number));
        } else if (choice < 65) {
            write(Key.of("n" + number), addition());
        } else if (choice < 85 || elements.isEmpty()) {
            Element element = new Element(Key.of("s" + number), client.nextId());
            elements.add(element);
            write(element.key, new Update(List.of(new Step(SET, new TypeChange.Add(Bytes.utf8(element.name))))));
        } else {
            Element element = elements.remove(random.nextInt(elements.size()));
            write(element.key, new Update(List.of(new Step(SET, new TypeChange.Remove(Bytes.utf8(element.name))))));
        }
    }

    private Update addition() {
        Step step = new Step(COUNTER, new TypeChange.Increase(amount()));
        return new Update(
                random.nextInt(4) == 0
                        ? List.of(step, new Step(COUNTER_IN_MAP, new TypeChange.Increase(amount())))
                        : List.of(step));
    }

    private int amount() {
        return 1 + random.nextInt(9);
    }

    private void write(Key key, Update update) {
        new SimulatedWrite(client, client.nextId(), key, new Operation.Write.Typed(update), client.level()).attempt();
    }

    private void read(Key key) {
        long timeoutNanos = client.timeoutNanos();
        Consistency level = client.level();
        world.network()
                .call(
                        client.endpoint(),
                        client.anyNode(),
                        "read " + TraceText.of(key) + " at " + level,
                        SimulatedClient.patienceNanos(timeoutNanos),
                        false,
                        there -> there.replication()
                                .content(new Operation.Read(
                                        key, level, there.clock().monotonicNanos() + timeoutNanos)))
                .whenComplete((result, failure) -> {
                    if (result instanceof ContentResult.Answered) {
                        client.sawContent();
                    }
                    client.think();
                });
    }
}
