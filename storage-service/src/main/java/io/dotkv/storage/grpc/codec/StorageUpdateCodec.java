package io.dotkv.storage.grpc.codec;

import com.google.protobuf.ByteString;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.encoding.MalformedException;
import io.dotkv.kernel.types.DataType;
import io.dotkv.kernel.types.Place;
import io.dotkv.kernel.types.Step;
import io.dotkv.kernel.types.TypeChange;
import io.dotkv.kernel.types.Update;
import java.util.ArrayList;
import java.util.List;

/** Updates of data types as messages, and back; what breaks a rule of the proto is refused with a sentence. */
final class StorageUpdateCodec {
    private StorageUpdateCodec() {}

    static io.dotkv.proto.storage.v1.Update encode(Update update) {
        var message = io.dotkv.proto.storage.v1.Update.newBuilder();
        for (Step step : update.steps()) {
            message.addSteps(encode(step));
        }
        return message.build();
    }

    private static io.dotkv.proto.storage.v1.Step encode(Step step) {
        var message = io.dotkv.proto.storage.v1.Step.newBuilder()
                .setType(encode(step.place().type()));
        for (Bytes field : step.place().fields()) {
            message.addFields(AlgebraCodec.encode(field));
        }
        switch (step.change()) {
            case TypeChange.Put put -> message.setPut(AlgebraCodec.encode(put.value()));
            case TypeChange.PutBeside put -> message.setPutBeside(AlgebraCodec.encode(put.value()));
            case TypeChange.Increase increase -> message.setIncrease(increase.amount());
            case TypeChange.Add add -> message.setAdd(AlgebraCodec.encode(add.element()));
            case TypeChange.Remove remove -> message.setRemove(AlgebraCodec.encode(remove.element()));
            case TypeChange.Switch flag -> message.setSwitchOn(flag.on());
            case TypeChange.Clear clear -> message.setClear(true);
        }
        return message.build();
    }

    static Update decode(io.dotkv.proto.storage.v1.Update update) throws MalformedException {
        if (update.getStepsCount() > Update.MAX_STEPS) {
            throw new MalformedException(
                    "an update has at most " + Update.MAX_STEPS + " steps, not " + update.getStepsCount());
        }
        List<Step> steps = new ArrayList<>(update.getStepsCount());
        try {
            for (var step : update.getStepsList()) {
                steps.add(decode(step));
            }
            return new Update(steps);
        } catch (IllegalArgumentException e) {
            throw AlgebraCodec.malformed(e);
        }
    }

    private static Step decode(io.dotkv.proto.storage.v1.Step step) throws MalformedException {
        List<Bytes> fields = new ArrayList<>();
        for (ByteString field : step.getFieldsList()) {
            if (fields.size() == Place.MAX_DEPTH) {
                throw new MalformedException("maps are nested at most " + Place.MAX_DEPTH + " deep");
            }
            fields.add(AlgebraCodec.decode(field));
        }
        return new Step(new Place(fields, decode(step.getType())), change(step));
    }

    private static TypeChange change(io.dotkv.proto.storage.v1.Step step) throws MalformedException {
        return switch (step.getChangeCase()) {
            case PUT -> new TypeChange.Put(AlgebraCodec.decode(step.getPut()));
            case PUT_BESIDE -> new TypeChange.PutBeside(AlgebraCodec.decode(step.getPutBeside()));
            case INCREASE -> new TypeChange.Increase(step.getIncrease());
            case ADD -> new TypeChange.Add(AlgebraCodec.decode(step.getAdd()));
            case REMOVE -> new TypeChange.Remove(AlgebraCodec.decode(step.getRemove()));
            case SWITCH_ON -> new TypeChange.Switch(step.getSwitchOn());
            case CLEAR -> {
                if (!step.getClear()) {
                    throw new MalformedException("a step clears, or does something else");
                }
                yield new TypeChange.Clear();
            }
            case CHANGE_NOT_SET -> throw new MalformedException("a step of an update does nothing");
        };
    }

    private static io.dotkv.proto.storage.v1.DataType encode(DataType type) {
        return switch (type) {
            case REGISTER -> io.dotkv.proto.storage.v1.DataType.REGISTER;
            case LAST_WRITE -> io.dotkv.proto.storage.v1.DataType.LAST_WRITE;
            case COUNTER -> io.dotkv.proto.storage.v1.DataType.COUNTER;
            case ADD_WINS_SET -> io.dotkv.proto.storage.v1.DataType.ADD_WINS_SET;
            case REMOVE_WINS_SET -> io.dotkv.proto.storage.v1.DataType.REMOVE_WINS_SET;
            case ENABLE_WINS_FLAG -> io.dotkv.proto.storage.v1.DataType.ENABLE_WINS_FLAG;
            case DISABLE_WINS_FLAG -> io.dotkv.proto.storage.v1.DataType.DISABLE_WINS_FLAG;
            case MAP -> io.dotkv.proto.storage.v1.DataType.MAP;
        };
    }

    private static DataType decode(io.dotkv.proto.storage.v1.DataType type) throws MalformedException {
        return switch (type) {
            case REGISTER -> DataType.REGISTER;
            case LAST_WRITE -> DataType.LAST_WRITE;
            case COUNTER -> DataType.COUNTER;
            case ADD_WINS_SET -> DataType.ADD_WINS_SET;
            case REMOVE_WINS_SET -> DataType.REMOVE_WINS_SET;
            case ENABLE_WINS_FLAG -> DataType.ENABLE_WINS_FLAG;
            case DISABLE_WINS_FLAG -> DataType.DISABLE_WINS_FLAG;
            case MAP -> DataType.MAP;
            case DATA_TYPE_UNSPECIFIED, UNRECOGNIZED -> throw new MalformedException("a step of an unknown data type");
        };
    }
}
