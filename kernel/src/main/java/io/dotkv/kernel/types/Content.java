package io.dotkv.kernel.types;

import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Leaf;
import io.dotkv.kernel.encoding.MalformedException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What is in a key, or in a field of a map: a value for each type that has one there. Mostly one type has; when clients
 * have used several at the same place, each is shown, and none has touched the other.
 *
 * @param values of the register, newest first; none when there is none
 * @param lastWrite the value of the last-write register
 * @param counter the sum of the counter
 * @param addWinsSet the elements, ascending; none when there is no set
 * @param removeWinsSet the elements, ascending; none when there is no set
 * @param enableWinsFlag true when it is on; empty when it is off
 * @param disableWinsFlag false when it is off; empty when it is on
 * @param fields of the map, ascending; each of them has something in it
 */
public record Content(
        List<Bytes> values,
        Optional<Bytes> lastWrite,
        OptionalLong counter,
        SortedSet<Bytes> addWinsSet,
        SortedSet<Bytes> removeWinsSet,
        Optional<Boolean> enableWinsFlag,
        Optional<Boolean> disableWinsFlag,
        SortedMap<Bytes, Content> fields) {

    /**
     * The content of a key with these leaves.
     *
     * @throws MalformedException when a leaf is of no type that is known here, or is none of its type
     */
    public static Content of(List<Leaf> leaves) throws MalformedException {
        Gathered root = new Gathered();
        for (Leaf leaf : leaves) {
            LeafPath path = LeafPath.of(leaf.path());
            Gathered at = root;
            for (Bytes field : path.place().fields()) {
                at = at.fields.computeIfAbsent(field, _ -> new Gathered());
            }
            at.add(path, leaf);
        }
        return root.content();
    }

    /**
     * The types that some of these leaves of a key are of, beside its plain value; those that are not known here are
     * left out. Costs a look at each leaf.
     */
    public static List<DataType> typesIn(List<Leaf> leaves) {
        Set<DataType> types = EnumSet.noneOf(DataType.class);
        for (Leaf leaf : leaves) {
            for (DataType type : DataType.values()) {
                if (!leaf.path().isEmpty() && leaf.path().array()[0] == type.code()) {
                    types.add(type);
                }
            }
        }
        return List.copyOf(types);
    }

    /** Whether nothing is here. */
    public boolean isEmpty() {
        return types().isEmpty();
    }

    /** The types that have something here, in the order of their declaration. */
    public List<DataType> types() {
        List<DataType> types = new ArrayList<>();
        for (DataType type : DataType.values()) {
            if (has(type)) {
                types.add(type);
            }
        }
        return types;
    }

    private boolean has(DataType type) {
        return switch (type) {
            case REGISTER -> !values.isEmpty();
            case LAST_WRITE -> lastWrite.isPresent();
            case COUNTER -> counter.isPresent();
            case ADD_WINS_SET -> !addWinsSet.isEmpty();
            case REMOVE_WINS_SET -> !removeWinsSet.isEmpty();
            case ENABLE_WINS_FLAG -> enableWinsFlag.isPresent();
            case DISABLE_WINS_FLAG -> disableWinsFlag.isPresent();
            case MAP -> !fields.isEmpty();
        };
    }

    /** The leaves of one place, by type. */
    private static final class Gathered {
        private final Map<DataType, List<Leaf>> leaves = new EnumMap<>(DataType.class);
        private final SortedSet<Bytes> added = new TreeSet<>();
        private final SortedSet<Bytes> addedUnlessRemoved = new TreeSet<>();
        private final SortedSet<Bytes> removed = new TreeSet<>();
        private final SortedMap<Bytes, Gathered> fields = new TreeMap<>();

        void add(LeafPath path, Leaf leaf) throws MalformedException {
            switch (path.place().type()) {
                case ADD_WINS_SET -> added.add(path.element());
                case REMOVE_WINS_SET ->
                    (RemoveWinsSet.isAdded(leaf) ? addedUnlessRemoved : removed).add(path.element());
                case REGISTER, LAST_WRITE, COUNTER, ENABLE_WINS_FLAG, DISABLE_WINS_FLAG, MAP ->
                    leaves.computeIfAbsent(path.place().type(), _ -> new ArrayList<>())
                            .add(leaf);
            }
        }

        Content content() throws MalformedException {
            addedUnlessRemoved.removeAll(removed);
            SortedMap<Bytes, Content> contents = new TreeMap<>();
            for (Map.Entry<Bytes, Gathered> field : fields.entrySet()) {
                Content content = field.getValue().content();
                if (!content.isEmpty()) {
                    contents.put(field.getKey(), content);
                }
            }
            List<Leaf> lastWrites = of(DataType.LAST_WRITE);
            List<Leaf> counts = of(DataType.COUNTER);
            return new Content(
                    RegisterTypes.values(of(DataType.REGISTER)),
                    lastWrites.isEmpty() ? Optional.empty() : Optional.of(RegisterTypes.lastWrite(lastWrites)),
                    counts.isEmpty() ? OptionalLong.empty() : OptionalLong.of(Counter.value(counts)),
                    added,
                    addedUnlessRemoved,
                    of(DataType.ENABLE_WINS_FLAG).isEmpty() ? Optional.empty() : Optional.of(true),
                    of(DataType.DISABLE_WINS_FLAG).isEmpty() ? Optional.empty() : Optional.of(false),
                    contents);
        }

        private List<Leaf> of(DataType type) {
            return leaves.getOrDefault(type, List.of());
        }
    }
}
