package io.dotkv.replication.grpc.codec;

import com.google.protobuf.ByteString;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.types.DataType;
import io.dotkv.kernel.types.Place;
import io.dotkv.kernel.types.Step;
import io.dotkv.kernel.types.TypeChange;
import io.dotkv.kernel.types.Update;
import io.dotkv.proto.replication.v1.CounterChange;
import io.dotkv.proto.replication.v1.FieldChange;
import io.dotkv.proto.replication.v1.FlagChange;
import io.dotkv.proto.replication.v1.MapChange;
import io.dotkv.proto.replication.v1.RegisterChange;
import io.dotkv.proto.replication.v1.SetChange;
import io.dotkv.proto.replication.v1.UpdateRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Reads the changes of one update from the wire, in the order in which they are to be done. One thread, one request.
 */
final class ReplicationUpdateCodec {
    private static final int LONGEST_NAME = 40;
    private static final int LONGEST_WAY = 200;
    private static final String RANGE = "has 1 to " + Place.MAX_NAME_BYTES + " bytes, not ";

    private final RequestCheck check;
    private final int maxValueBytes;
    private final List<Step> steps = new ArrayList<>();
    private boolean isOverfull;

    ReplicationUpdateCodec(RequestCheck check, int maxValueBytes) {
        this.check = check;
        this.maxValueBytes = maxValueBytes;
    }

    /** The steps; what is wrong is noted in the check. */
    List<Step> steps(UpdateRequest request) {
        FieldChange.Builder root = FieldChange.newBuilder();
        if (request.hasCounter()) {
            root.setCounter(request.getCounter());
        }
        if (request.hasSet()) {
            root.setSet(request.getSet());
        }
        if (request.hasRemoveWinsSet()) {
            root.setRemoveWinsSet(request.getRemoveWinsSet());
        }
        if (request.hasFlag()) {
            root.setFlag(request.getFlag());
        }
        if (request.hasDisableWinsFlag()) {
            root.setDisableWinsFlag(request.getDisableWinsFlag());
        }
        if (request.hasLastWrite()) {
            root.setLastWrite(request.getLastWrite());
        }
        if (request.hasMap()) {
            root.setMap(request.getMap());
        }
        changes(List.of(), root.build(), "");
        return steps;
    }

    /** @param at the field of the message, for people, with a point at its end */
    private void changes(List<Bytes> fields, FieldChange change, String at) {
        if (change.equals(FieldChange.getDefaultInstance())) {
            check.wrong(
                    at.isEmpty() ? "counter" : at.substring(0, at.length() - 1),
                    "changes nothing: set counter, set, flag, map or another type");
        }
        if (change.hasCounter()) {
            counter(new Place(fields, DataType.COUNTER), change.getCounter(), at + "counter");
        }
        if (change.hasSet()) {
            set(new Place(fields, DataType.ADD_WINS_SET), change.getSet(), at + "set");
        }
        if (change.hasRemoveWinsSet()) {
            set(new Place(fields, DataType.REMOVE_WINS_SET), change.getRemoveWinsSet(), at + "remove_wins_set");
        }
        if (change.hasFlag()) {
            flag(new Place(fields, DataType.ENABLE_WINS_FLAG), change.getFlag(), at + "flag");
        }
        if (change.hasDisableWinsFlag()) {
            flag(new Place(fields, DataType.DISABLE_WINS_FLAG), change.getDisableWinsFlag(), at + "disable_wins_flag");
        }
        if (change.hasRegister()) {
            register(new Place(fields, DataType.REGISTER), change.getRegister(), at + "register");
        }
        if (change.hasLastWrite()) {
            register(new Place(fields, DataType.LAST_WRITE), change.getLastWrite(), at + "last_write");
        }
        if (change.hasMap()) {
            map(fields, change.getMap(), at + "map");
        }
    }

    private void counter(Place place, CounterChange change, String at) {
        if (change.getReset()) {
            step(place, new TypeChange.Clear());
        }
        if (change.hasAdd()) {
            step(place, new TypeChange.Increase(change.getAdd()));
        } else if (!change.getReset()) {
            check.wrong(at, "changes nothing: set add or reset");
        }
    }

    private void set(Place place, SetChange change, String at) {
        if (change.getClear()) {
            step(place, new TypeChange.Clear());
        }
        for (int index = 0; index < change.getRemoveCount(); index++) {
            remove(place, change.getRemoveBytes(index), at + ".remove");
        }
        change.getRawRemoveList().forEach(element -> remove(place, element, at + ".raw_remove"));
        for (int index = 0; index < change.getAddCount(); index++) {
            add(place, change.getAddBytes(index), at + ".add");
        }
        change.getRawAddList().forEach(element -> add(place, element, at + ".raw_add"));
        if (change.equals(SetChange.getDefaultInstance())) {
            check.wrong(at, "changes nothing: set add, remove or clear");
        }
    }

    private void add(Place place, ByteString element, String at) {
        if (isName(element, at)) {
            step(place, new TypeChange.Add(Bytes.wrap(element.toByteArray())));
        }
    }

    private void remove(Place place, ByteString element, String at) {
        if (isName(element, at)) {
            step(place, new TypeChange.Remove(Bytes.wrap(element.toByteArray())));
        }
    }

    private void flag(Place place, FlagChange change, String at) {
        int set = (change.getEnable() ? 1 : 0) + (change.getDisable() ? 1 : 0) + (change.getReset() ? 1 : 0);
        if (set != 1) {
            check.wrong(at, "has exactly one of enable, disable and reset, and it is true");
        } else {
            step(place, change.getReset() ? new TypeChange.Clear() : new TypeChange.Switch(change.getEnable()));
        }
    }

    private void register(Place place, RegisterChange change, String at) {
        if (change.getSiblingsCount() > 0) {
            siblings(place, change, at);
            return;
        }
        switch (change.getChangeCase()) {
            case VALUE -> put(place, change.getValueBytes(), at + ".value");
            case RAW_VALUE -> put(place, change.getRawValue(), at + ".raw_value");
            case CLEAR -> {
                if (!change.getClear()) {
                    check.wrong(at + ".clear", "is true, or not set");
                }
                step(place, new TypeChange.Clear());
            }
            case CHANGE_NOT_SET -> check.wrong(at, "changes nothing: set value, raw_value, clear or siblings");
        }
    }

    private void siblings(Place place, RegisterChange change, String at) {
        if (place.type() != DataType.REGISTER || change.getChangeCase() != RegisterChange.ChangeCase.CHANGE_NOT_SET) {
            check.wrong(at + ".siblings", "stand alone, and only in a register that keeps concurrent values");
            return;
        }
        // The last one is the newest: it takes the highest dot.
        for (int index = change.getSiblingsCount() - 1; index >= 0; index--) {
            ByteString value = ClientUpdateCodec.bytes(change.getSiblings(index));
            if (isValue(value, at + ".siblings")) {
                Bytes bytes = Bytes.wrap(value.toByteArray());
                boolean oldest = index == change.getSiblingsCount() - 1;
                step(place, oldest ? new TypeChange.Put(bytes) : new TypeChange.PutBeside(bytes));
            }
        }
    }

    private void put(Place place, ByteString value, String at) {
        if (isValue(value, at)) {
            step(place, new TypeChange.Put(Bytes.wrap(value.toByteArray())));
        }
    }

    private boolean isValue(ByteString value, String at) {
        if (value.size() > maxValueBytes) {
            check.wrong(at, "has " + value.size() + " bytes, which is over this server's limit of " + maxValueBytes);
        }
        return value.size() <= maxValueBytes;
    }

    private void map(List<Bytes> fields, MapChange change, String at) {
        Place place = new Place(fields, DataType.MAP);
        if (change.getClear()) {
            step(place, new TypeChange.Clear());
        }
        for (int index = 0; index < change.getRemoveCount(); index++) {
            remove(place, change.getRemoveBytes(index), at + ".remove");
        }
        if (change.equals(MapChange.getDefaultInstance())) {
            check.wrong(at, "changes nothing: set fields, remove or clear");
        }
        if (change.getFieldsCount() > 0 && fields.size() == Place.MAX_DEPTH) {
            check.wrong(at + ".fields", "nests maps more than " + Place.MAX_DEPTH + " deep");
            return;
        }
        for (Map.Entry<String, FieldChange> field : new TreeMap<>(change.getFieldsMap()).entrySet()) {
            ByteString name = ByteString.copyFromUtf8(field.getKey());
            if (isName(name, at + ".fields")) {
                List<Bytes> inside = new ArrayList<>(fields);
                inside.add(Bytes.wrap(name.toByteArray()));
                changes(inside, field.getValue(), inside(at, field.getKey()));
            }
        }
    }

    /** Of deeply nested maps the end of the way is told. */
    private static String inside(String at, String field) {
        String way = at + ".fields[" + shortened(field) + "].";
        return way.length() <= LONGEST_WAY ? way : "…" + way.substring(way.length() - LONGEST_WAY);
    }

    private static String shortened(String text) {
        return text.length() <= LONGEST_NAME ? text : text.substring(0, LONGEST_NAME) + "…";
    }

    private boolean isName(ByteString name, String at) {
        boolean isName = !name.isEmpty() && name.size() <= Place.MAX_NAME_BYTES;
        if (!isName) {
            check.wrong(at, RANGE + name.size());
        }
        return isName;
    }

    private void step(Place place, TypeChange change) {
        if (steps.size() < Update.MAX_STEPS) {
            steps.add(new Step(place, change));
        } else if (!isOverfull) {
            isOverfull = true;
            check.wrong(
                    "key",
                    "is changed in more than " + Update.MAX_STEPS + " places by this update: send several updates");
        }
    }
}
