package io.dotkv.replication.grpc.codec;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.types.Content;
import io.dotkv.proto.replication.v1.CounterValue;
import io.dotkv.proto.replication.v1.DataType;
import io.dotkv.proto.replication.v1.FlagState;
import io.dotkv.proto.replication.v1.FlagValue;
import io.dotkv.proto.replication.v1.MapValue;
import io.dotkv.proto.replication.v1.Presence;
import io.dotkv.proto.replication.v1.ReadResponse;
import io.dotkv.proto.replication.v1.RegisterValue;
import io.dotkv.proto.replication.v1.RegisterValues;
import io.dotkv.proto.replication.v1.SetValue;
import io.dotkv.replication.ContentResult;
import java.nio.charset.StandardCharsets;
import java.util.SortedSet;

/** Writes what is under a key to the wire. Any thread. */
public final class ContentCodec {
    private ContentCodec() {}

    public static ReadResponse read(ContentResult.Answered answered) {
        Content content = answered.content();
        ReadResponse.Builder response = ReadResponse.newBuilder()
                .setPresence(content.isEmpty() ? Presence.NOT_FOUND : Presence.FOUND)
                .setContent(encode(content));
        answered.answeredBy().forEach(node -> response.addAnsweredBy(node.name()));
        return response.build();
    }

    /** The content of a key, or of a field of a map, as a message. */
    public static io.dotkv.proto.replication.v1.Content encode(Content content) {
        var message = io.dotkv.proto.replication.v1.Content.newBuilder();
        for (var type : content.types()) {
            switch (type) {
                case REGISTER -> message.setRegister(registers(content));
                case LAST_WRITE ->
                    message.setLastWrite(register(content.lastWrite().orElseThrow()));
                case COUNTER ->
                    message.setCounter(
                            CounterValue.newBuilder().setValue(content.counter().orElseThrow()));
                case ADD_WINS_SET -> message.setSet(set(content.addWinsSet()));
                case REMOVE_WINS_SET -> message.setRemoveWinsSet(set(content.removeWinsSet()));
                case ENABLE_WINS_FLAG -> message.setFlag(FlagValue.newBuilder().setState(FlagState.ON));
                case DISABLE_WINS_FLAG ->
                    message.setDisableWinsFlag(FlagValue.newBuilder().setState(FlagState.OFF));
                case MAP -> message.setMap(map(content));
            }
        }
        return message.build();
    }

    private static RegisterValues registers(Content content) {
        RegisterValues.Builder values = RegisterValues.newBuilder();
        content.values().forEach(value -> values.addValues(register(value)));
        return values.build();
    }

    private static RegisterValue register(Bytes value) {
        ByteString bytes = share(value);
        return bytes.isValidUtf8()
                ? RegisterValue.newBuilder().setValueBytes(bytes).build()
                : RegisterValue.newBuilder().setRawValue(bytes).build();
    }

    private static SetValue set(SortedSet<Bytes> elements) {
        SetValue.Builder set = SetValue.newBuilder();
        for (Bytes element : elements) {
            ByteString bytes = share(element);
            if (bytes.isValidUtf8()) {
                set.addElementsBytes(bytes);
            } else {
                set.addRawElements(bytes);
            }
        }
        return set.build();
    }

    /** Names are text: that is what updates give. Others, which no update makes, are shown as well as text can. */
    private static MapValue map(Content content) {
        MapValue.Builder map = MapValue.newBuilder();
        content.fields()
                .forEach((name, field) ->
                        map.putFields(new String(name.array(), StandardCharsets.UTF_8), encode(field)));
        return map.build();
    }

    static DataType encode(io.dotkv.kernel.types.DataType type) {
        return switch (type) {
            case REGISTER -> DataType.REGISTER;
            case LAST_WRITE -> DataType.LAST_WRITE;
            case COUNTER -> DataType.COUNTER;
            case ADD_WINS_SET -> DataType.SET;
            case REMOVE_WINS_SET -> DataType.REMOVE_WINS_SET;
            case ENABLE_WINS_FLAG -> DataType.FLAG;
            case DISABLE_WINS_FLAG -> DataType.DISABLE_WINS_FLAG;
            case MAP -> DataType.MAP;
        };
    }

    private static ByteString share(Bytes bytes) {
        return UnsafeByteOperations.unsafeWrap(bytes.array());
    }
}
