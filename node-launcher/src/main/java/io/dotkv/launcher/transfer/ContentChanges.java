package io.dotkv.launcher.transfer;

import com.google.protobuf.ByteString;
import io.dotkv.proto.replication.v1.Consistency;
import io.dotkv.proto.replication.v1.Content;
import io.dotkv.proto.replication.v1.FieldChange;
import io.dotkv.proto.replication.v1.RegisterValue;
import io.dotkv.proto.replication.v1.SetChange;
import io.dotkv.proto.replication.v1.SetValue;
import io.dotkv.proto.replication.v1.UpdateRequest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The updates that make the data types of a key what they are to be, given what they are. A counter gets the
 * difference. What is equal is not touched, so that nothing is done where an entry is loaded twice.
 *
 * <p>Of the key itself, only the types that are wanted are changed; a map that is wanted becomes equal as a whole.
 */
final class ContentChanges {
    private static final int MAX_STEPS = 256;
    private static final long MAX_BYTES = 1 << 20;

    private final ByteString key;
    private final Consistency consistency;
    private final List<UpdateRequest.Builder> updates = new ArrayList<>();
    private FieldChange.Builder root = FieldChange.newBuilder();
    private int steps;
    private long bytes;

    private ContentChanges(ByteString key, Consistency consistency) {
        this.key = key;
        this.consistency = consistency;
    }

    /** The updates, in order, each within the limits of an update; none when all is as it is to be. */
    static List<UpdateRequest.Builder> of(DumpEntry wanted, Content present, Consistency consistency) {
        ContentChanges changes = new ContentChanges(wanted.key(), consistency);
        changes.add(List.of(), present, wanted.content());
        changes.cut();
        return changes.updates;
    }

    private void add(List<String> path, Content present, Content wanted) {
        boolean inMap = !path.isEmpty();
        counter(path, present, wanted);
        if (wanted.hasSet() || inMap) {
            set(
                    elements(present.getSet()),
                    elements(wanted.getSet()),
                    size -> room(path, size).getSetBuilder());
        }
        if (wanted.hasRemoveWinsSet() || inMap) {
            set(
                    elements(present.getRemoveWinsSet()),
                    elements(wanted.getRemoveWinsSet()),
                    size -> room(path, size).getRemoveWinsSetBuilder());
        }
        flags(path, present, wanted);
        registers(path, present, wanted);
        if (wanted.hasMap() || (inMap && present.hasMap())) {
            map(path, present, wanted);
        }
    }

    private void counter(List<String> path, Content present, Content wanted) {
        if (wanted.hasCounter()) {
            long before = present.getCounter().getValue();
            long after = wanted.getCounter().getValue();
            long difference = after - before;
            // Of numbers with unequal signs the difference may have more than 64 bits.
            if (((after ^ before) & (after ^ difference)) < 0) {
                room(path, 0).getCounterBuilder().setAdd(-before);
                cut();
                difference = after;
            }
            if (difference != 0 || !present.hasCounter()) {
                room(path, 0).getCounterBuilder().setAdd(difference);
            }
        } else if (!path.isEmpty() && present.hasCounter()) {
            room(path, 0).getCounterBuilder().setReset(true);
        }
    }

    /** The place of a change, after room was made for one of so many bytes. */
    private interface Room {
        SetChange.Builder at(long sizeBytes);
    }

    private static void set(Set<ByteString> present, Set<ByteString> wanted, Room room) {
        for (ByteString element : present) {
            if (!wanted.contains(element)) {
                SetChange.Builder change = room.at(element.size());
                if (element.isValidUtf8()) {
                    change.addRemoveBytes(element);
                } else {
                    change.addRawRemove(element);
                }
            }
        }
        for (ByteString element : wanted) {
            if (!present.contains(element)) {
                SetChange.Builder change = room.at(element.size());
                if (element.isValidUtf8()) {
                    change.addAddBytes(element);
                } else {
                    change.addRawAdd(element);
                }
            }
        }
    }

    private static Set<ByteString> elements(SetValue set) {
        Set<ByteString> elements = new LinkedHashSet<>();
        for (int index = 0; index < set.getElementsCount(); index++) {
            elements.add(set.getElementsBytes(index));
        }
        elements.addAll(set.getRawElementsList());
        return elements;
    }

    private void flags(List<String> path, Content present, Content wanted) {
        if (wanted.hasFlag() && !present.hasFlag()) {
            room(path, 0).getFlagBuilder().setEnable(true);
        } else if (!path.isEmpty() && present.hasFlag() && !wanted.hasFlag()) {
            room(path, 0).getFlagBuilder().setReset(true);
        }
        if (wanted.hasDisableWinsFlag() && !present.hasDisableWinsFlag()) {
            room(path, 0).getDisableWinsFlagBuilder().setDisable(true);
        } else if (!path.isEmpty() && present.hasDisableWinsFlag() && !wanted.hasDisableWinsFlag()) {
            room(path, 0).getDisableWinsFlagBuilder().setReset(true);
        }
    }

    /** The register of the key itself is its plain values, which are put. */
    private void registers(List<String> path, Content present, Content wanted) {
        if (wanted.hasLastWrite() && !wanted.getLastWrite().equals(present.getLastWrite())) {
            ByteString value = DumpEntry.bytes(wanted.getLastWrite());
            room(path, value.size()).getLastWriteBuilder().setRawValue(value);
        } else if (!path.isEmpty() && present.hasLastWrite() && !wanted.hasLastWrite()) {
            room(path, 0).getLastWriteBuilder().setClear(true);
        }
        List<RegisterValue> siblings = wanted.getRegister().getValuesList();
        if (path.isEmpty() || siblings.equals(present.getRegister().getValuesList())) {
            return;
        }
        if (siblings.isEmpty()) {
            room(path, 0).getRegisterBuilder().setClear(true);
        } else if (siblings.size() == 1) {
            ByteString value = DumpEntry.bytes(siblings.getFirst());
            room(path, value.size()).getRegisterBuilder().setRawValue(value);
        } else {
            long size = siblings.stream()
                    .mapToLong(RegisterValue::getSerializedSize)
                    .sum();
            room(path, siblings.size(), size).getRegisterBuilder().addAllSiblings(siblings);
        }
    }

    private void map(List<String> path, Content present, Content wanted) {
        Set<String> gone = new HashSet<>(present.getMap().getFieldsMap().keySet());
        gone.removeAll(wanted.getMap().getFieldsMap().keySet());
        for (String field : gone) {
            room(path, field.length()).getMapBuilder().addRemove(field);
        }
        wanted.getMap().getFieldsMap().forEach((name, field) -> {
            List<String> inside = new ArrayList<>(path);
            inside.add(name);
            add(inside, present.getMap().getFieldsOrDefault(name, Content.getDefaultInstance()), field);
        });
    }

    private FieldChange.Builder room(List<String> path, long sizeBytes) {
        return room(path, 1, sizeBytes);
    }

    /** The place at the end of the path, in an update that has room for so many single changes of so many bytes. */
    private FieldChange.Builder room(List<String> path, int newSteps, long sizeBytes) {
        long size = sizeBytes + path.stream().mapToLong(String::length).sum();
        if (steps > 0 && (steps + newSteps > MAX_STEPS || bytes + size > MAX_BYTES)) {
            cut();
        }
        steps += newSteps;
        bytes += size;
        FieldChange.Builder at = root;
        for (String field : path) {
            at = at.getMapBuilder().putFieldsBuilderIfAbsent(field);
        }
        return at;
    }

    /** Ends the update. */
    private void cut() {
        if (steps == 0) {
            return;
        }
        UpdateRequest.Builder update = UpdateRequest.newBuilder().setRawKey(key).setConsistency(consistency);
        if (root.hasCounter()) {
            update.setCounter(root.getCounter());
        }
        if (root.hasSet()) {
            update.setSet(root.getSet());
        }
        if (root.hasRemoveWinsSet()) {
            update.setRemoveWinsSet(root.getRemoveWinsSet());
        }
        if (root.hasFlag()) {
            update.setFlag(root.getFlag());
        }
        if (root.hasDisableWinsFlag()) {
            update.setDisableWinsFlag(root.getDisableWinsFlag());
        }
        if (root.hasLastWrite()) {
            update.setLastWrite(root.getLastWrite());
        }
        if (root.hasMap()) {
            update.setMap(root.getMap());
        }
        updates.add(update);
        root = FieldChange.newBuilder();
        steps = 0;
        bytes = 0;
    }
}
