package io.dotkv.launcher.transfer;

import com.google.protobuf.ByteString;
import io.dotkv.proto.replication.v1.Content;
import io.dotkv.proto.replication.v1.MapValue;
import io.dotkv.proto.replication.v1.RegisterValue;
import io.dotkv.proto.replication.v1.RegisterValues;
import java.util.List;
import java.util.Optional;

/**
 * A key with all that is under it, as it stands on a line.
 *
 * @param content never empty; its register has the plain values
 */
public record DumpEntry(ByteString key, Content content) {
    /** A key with plain values only, newest first. */
    public static DumpEntry plain(ByteString key, List<ByteString> values) {
        RegisterValues.Builder register = RegisterValues.newBuilder();
        values.forEach(value -> register.addValues(value(value)));
        return new DumpEntry(key, Content.newBuilder().setRegister(register).build());
    }

    private static RegisterValue value(ByteString bytes) {
        return bytes.isValidUtf8()
                ? RegisterValue.newBuilder().setValueBytes(bytes).build()
                : RegisterValue.newBuilder().setRawValue(bytes).build();
    }

    /** The plain values, newest first. */
    public List<ByteString> plainValues() {
        return content.getRegister().getValuesList().stream()
                .map(DumpEntry::bytes)
                .toList();
    }

    static ByteString bytes(RegisterValue value) {
        return value.hasRawValue() ? value.getRawValue() : value.getValueBytes();
    }

    /** Whether there are counters, sets, flags, registers or maps. */
    public boolean hasTypes() {
        return !content.toBuilder().clearRegister().build().equals(Content.getDefaultInstance());
    }

    /** The plain value, when there is one and nothing else. */
    Optional<ByteString> onlyValue() {
        return content.getRegister().getValuesCount() == 1 && !hasTypes()
                ? Optional.of(plainValues().getFirst())
                : Optional.empty();
    }

    /** Whether some register, also inside of maps, has several values, which were written concurrently. */
    public boolean hasSiblings() {
        return !newest(content).equals(content);
    }

    /** The same with the newest value alone of each register. */
    public DumpEntry newest() {
        return new DumpEntry(key, newest(content));
    }

    private static Content newest(Content content) {
        Content.Builder newest = content.toBuilder();
        if (content.getRegister().getValuesCount() > 1) {
            newest.setRegister(
                    RegisterValues.newBuilder().addValues(content.getRegister().getValues(0)));
        }
        if (content.hasMap()) {
            MapValue.Builder map = MapValue.newBuilder();
            content.getMap().getFieldsMap().forEach((name, field) -> map.putFields(name, newest(field)));
            newest.setMap(map);
        }
        return newest.build();
    }
}
