package io.dotkv.replication.grpc.codec;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.types.Content;
import io.dotkv.kernel.types.Place;
import io.dotkv.kernel.types.Step;
import io.dotkv.kernel.types.TypeChange;
import io.dotkv.kernel.types.Update;
import io.dotkv.proto.replication.v1.FieldChange;
import io.dotkv.proto.replication.v1.FlagChange;
import io.dotkv.proto.replication.v1.ReadRequest;
import io.dotkv.proto.replication.v1.ReadResponse;
import io.dotkv.proto.replication.v1.RegisterChange;
import io.dotkv.proto.replication.v1.RegisterValue;
import io.dotkv.proto.replication.v1.SetChange;
import io.dotkv.proto.replication.v1.SetValue;
import io.dotkv.proto.replication.v1.UpdateRequest;
import io.dotkv.replication.ContentResult;
import io.dotkv.replication.Operation;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Data types on the wire as its client sees them. Any thread. */
public final class ClientUpdateCodec {
    private ClientUpdateCodec() {}

    /** The message of an update; empty when it does its steps in an order that no message can ask for. */
    public static Optional<UpdateRequest> updateRequest(Operation.Write write, Update update) {
        FieldChange.Builder root = FieldChange.newBuilder();
        update.steps().forEach(step -> add(step, root));
        UpdateRequest.Builder request = UpdateRequest.newBuilder()
                .setRawKey(share(write.key().bytes()))
                .setConsistency(ConsistencyCodec.encode(write.level()))
                .setRequestId(write.requestId());
        if (root.hasCounter()) {
            request.setCounter(root.getCounter());
        }
        if (root.hasSet()) {
            request.setSet(root.getSet());
        }
        if (root.hasRemoveWinsSet()) {
            request.setRemoveWinsSet(root.getRemoveWinsSet());
        }
        if (root.hasFlag()) {
            request.setFlag(root.getFlag());
        }
        if (root.hasDisableWinsFlag()) {
            request.setDisableWinsFlag(root.getDisableWinsFlag());
        }
        if (root.hasLastWrite()) {
            request.setLastWrite(root.getLastWrite());
        }
        if (root.hasMap()) {
            request.setMap(root.getMap());
        }
        UpdateRequest made = request.build();
        List<Step> understood =
                new ReplicationUpdateCodec(new RequestCheck("The update"), Integer.MAX_VALUE).steps(made);
        return understood.equals(update.steps()) ? Optional.of(made) : Optional.empty();
    }

    private static void add(Step step, FieldChange.Builder root) {
        FieldChange.Builder at = root;
        Place place = step.place();
        for (Bytes field : place.fields()) {
            at = at.getMapBuilder().putFieldsBuilderIfAbsent(share(field).toStringUtf8());
        }
        switch (place.type()) {
            case COUNTER -> {
                if (step.change() instanceof TypeChange.Increase(long amount)) {
                    at.getCounterBuilder().setAdd(amount);
                } else {
                    at.getCounterBuilder().setReset(true);
                }
            }
            case ADD_WINS_SET -> add(step.change(), at.getSetBuilder());
            case REMOVE_WINS_SET -> add(step.change(), at.getRemoveWinsSetBuilder());
            case ENABLE_WINS_FLAG -> add(step.change(), at.getFlagBuilder());
            case DISABLE_WINS_FLAG -> add(step.change(), at.getDisableWinsFlagBuilder());
            case REGISTER -> add(step.change(), at.getRegisterBuilder());
            case LAST_WRITE -> add(step.change(), at.getLastWriteBuilder());
            case MAP -> {
                if (step.change() instanceof TypeChange.Remove(Bytes field)) {
                    at.getMapBuilder().addRemove(share(field).toStringUtf8());
                } else {
                    at.getMapBuilder().setClear(true);
                }
            }
        }
    }

    private static void add(TypeChange change, SetChange.Builder set) {
        switch (change) {
            case TypeChange.Add(Bytes element) -> {
                if (share(element).isValidUtf8()) {
                    set.addAddBytes(share(element));
                } else {
                    set.addRawAdd(share(element));
                }
            }
            case TypeChange.Remove(Bytes element) -> {
                if (share(element).isValidUtf8()) {
                    set.addRemoveBytes(share(element));
                } else {
                    set.addRawRemove(share(element));
                }
            }
            case TypeChange.Clear clear -> set.setClear(true);
            case TypeChange.Put put -> throw misfit(put);
            case TypeChange.PutBeside put -> throw misfit(put);
            case TypeChange.Increase increase -> throw misfit(increase);
            case TypeChange.Switch flag -> throw misfit(flag);
        }
    }

    private static void add(TypeChange change, FlagChange.Builder flag) {
        if (change instanceof TypeChange.Switch(boolean on)) {
            flag.setEnable(on).setDisable(!on);
        } else {
            flag.setReset(true);
        }
    }

    private static void add(TypeChange change, RegisterChange.Builder register) {
        if (change instanceof TypeChange.Put(Bytes value)) {
            register.setRawValue(share(value));
        } else if (change instanceof TypeChange.PutBeside(Bytes value)) {
            if (register.hasRawValue()) {
                register.addSiblings(RegisterValue.newBuilder().setRawValue(register.getRawValue()))
                        .clearChange();
            }
            register.addSiblings(0, RegisterValue.newBuilder().setRawValue(share(value)));
        } else {
            register.setClear(true);
        }
    }

    private static IllegalStateException misfit(TypeChange change) {
        return new IllegalStateException("no change of a set: " + change);
    }

    public static ReadRequest readRequest(Operation.Read read) {
        return ReadRequest.newBuilder()
                .setRawKey(share(read.key().bytes()))
                .setConsistency(ConsistencyCodec.encode(read.level()))
                .setMaxAnswerBytes((int) read.portion().bytes())
                .build();
    }

    public static ContentResult answered(ReadResponse response) {
        return new ContentResult.Answered(
                content(response.getContent()),
                response.getAnsweredByList().stream().map(NodeId::new).toList());
    }

    static Content content(io.dotkv.proto.replication.v1.Content message) {
        SortedMap<Bytes, Content> fields = new TreeMap<>();
        message.getMap().getFieldsMap().forEach((name, field) -> fields.put(Bytes.utf8(name), content(field)));
        return new Content(
                message.getRegister().getValuesList().stream()
                        .map(ClientUpdateCodec::value)
                        .toList(),
                message.hasLastWrite() ? Optional.of(value(message.getLastWrite())) : Optional.empty(),
                message.hasCounter() ? OptionalLong.of(message.getCounter().getValue()) : OptionalLong.empty(),
                elements(message.getSet()),
                elements(message.getRemoveWinsSet()),
                message.hasFlag() ? Optional.of(true) : Optional.empty(),
                message.hasDisableWinsFlag() ? Optional.of(false) : Optional.empty(),
                fields);
    }

    private static SortedSet<Bytes> elements(SetValue set) {
        SortedSet<Bytes> elements = new TreeSet<>();
        set.getElementsList().forEach(element -> elements.add(Bytes.utf8(element)));
        set.getRawElementsList().forEach(element -> elements.add(Bytes.wrap(element.toByteArray())));
        return elements;
    }

    private static Bytes value(RegisterValue value) {
        return Bytes.wrap(bytes(value).toByteArray());
    }

    static ByteString bytes(RegisterValue value) {
        return switch (value.getValueFormCase()) {
            case VALUE -> value.getValueBytes();
            case RAW_VALUE, VALUEFORM_NOT_SET -> value.getRawValue();
        };
    }

    static io.dotkv.kernel.types.DataType decode(io.dotkv.proto.replication.v1.DataType type) {
        return switch (type) {
            case REGISTER -> io.dotkv.kernel.types.DataType.REGISTER;
            case LAST_WRITE -> io.dotkv.kernel.types.DataType.LAST_WRITE;
            case COUNTER -> io.dotkv.kernel.types.DataType.COUNTER;
            case SET -> io.dotkv.kernel.types.DataType.ADD_WINS_SET;
            case REMOVE_WINS_SET -> io.dotkv.kernel.types.DataType.REMOVE_WINS_SET;
            case FLAG -> io.dotkv.kernel.types.DataType.ENABLE_WINS_FLAG;
            case DISABLE_WINS_FLAG -> io.dotkv.kernel.types.DataType.DISABLE_WINS_FLAG;
            case MAP -> io.dotkv.kernel.types.DataType.MAP;
            case DATA_TYPE_UNSPECIFIED, UNRECOGNIZED ->
                throw new IllegalArgumentException("not a data type that is known here: " + type);
        };
    }

    private static ByteString share(Bytes bytes) {
        return UnsafeByteOperations.unsafeWrap(bytes.array());
    }
}
