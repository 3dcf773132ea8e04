package io.dotkv.storage.grpc.codec;

import com.google.protobuf.ByteString;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.encoding.MalformedException;
import io.dotkv.proto.storage.v1.DigestRequest;
import io.dotkv.proto.storage.v1.GetDamagedResponse;
import io.dotkv.proto.storage.v1.MendRequest;
import io.dotkv.proto.storage.v1.RangeDigest;
import io.dotkv.proto.storage.v1.StorageHealth;
import io.dotkv.storage.Digests;
import io.dotkv.storage.Requests;
import io.dotkv.storage.RowRepair;
import io.dotkv.storage.StorageDescription;
import java.util.ArrayList;
import java.util.List;

/** What finds and mends damage, as messages, and back; what breaks a rule of the proto is refused with a sentence. */
public final class DamageCodec {
    private static final int HASH_BYTES = 16;
    private static final int MOST_RANGES = 10_000;

    private DamageCodec() {}

    public static DigestRequest encode(Requests.Digest request) {
        DigestRequest.Builder message = DigestRequest.newBuilder()
                .setPlacement(request.placement())
                .setPartition(request.partition().number())
                .setCommon(AlgebraCodec.encode(request.common()))
                .setAfter(AlgebraCodec.encode(request.after()))
                .setRowsPerRange(request.rowsPerRange());
        request.ends().forEach(end -> message.addEnds(AlgebraCodec.encode(end)));
        return message.build();
    }

    public static Requests.Digest decode(DigestRequest request, long deadlineNanos) throws MalformedException {
        if (request.getEndsCount() > Requests.Digest.MOST_ENDS) {
            throw new MalformedException("digests are made up to " + Requests.Digest.MOST_ENDS + " ends at once, not "
                    + request.getEndsCount());
        }
        Bytes after = StorageRequestCodec.partOfKey("after", request.getAfter());
        return new Requests.Digest(
                StorageRequestCodec.placement(request.getPlacement()),
                StorageRequestCodec.partition(request.getPartition()),
                AlgebraCodec.decode(request.getCommon()),
                after,
                ends(after, request.getEndsList()),
                StorageRequestCodec.positive("rows_per_range", request.getRowsPerRange()),
                deadlineNanos);
    }

    /** Ends that ascend from the given key, the last of which may be that of the partition. */
    private static List<Bytes> ends(Bytes after, List<ByteString> messages) throws MalformedException {
        List<Bytes> ends = new ArrayList<>(messages.size());
        Bytes last = after;
        for (ByteString message : messages) {
            Bytes end = StorageRequestCodec.partOfKey("end", message);
            boolean isBehindTheEnd = !ends.isEmpty() && ends.getLast().isEmpty();
            if (isBehindTheEnd || (!end.isEmpty() && end.compareTo(last) <= 0)) {
                throw new MalformedException("the ends of ranges do not ascend");
            }
            ends.add(end);
            last = end;
        }
        return ends;
    }

    public static io.dotkv.proto.storage.v1.Digests encode(Digests digests) {
        var message = io.dotkv.proto.storage.v1.Digests.newBuilder()
                .setClock(AlgebraCodec.encode(digests.clock()))
                .setBytes(digests.bytes());
        for (Digests.Range range : digests.ranges()) {
            message.addRanges(RangeDigest.newBuilder()
                    .setEnd(AlgebraCodec.encode(range.end()))
                    .setRows(range.rows())
                    .setDamaged(range.damaged())
                    .setUnsettled(range.unsettled())
                    .setHash(AlgebraCodec.encode(range.hash())));
        }
        return message.build();
    }

    public static Digests decode(io.dotkv.proto.storage.v1.Digests message) throws MalformedException {
        if (message.getRangesCount() < 1 || message.getRangesCount() > MOST_RANGES) {
            throw new MalformedException(
                    "digests are of 1 to " + MOST_RANGES + " ranges, not " + message.getRangesCount());
        }
        ends(
                Bytes.EMPTY,
                message.getRangesList().stream().map(RangeDigest::getEnd).toList());
        List<Digests.Range> ranges = new ArrayList<>(message.getRangesCount());
        for (RangeDigest range : message.getRangesList()) {
            if (range.getHash().size() != HASH_BYTES) {
                throw new MalformedException("a digest has " + HASH_BYTES + " bytes, not "
                        + range.getHash().size());
            }
            ranges.add(new Digests.Range(
                    StorageRequestCodec.partOfKey("end", range.getEnd()),
                    StorageRequestCodec.notNegative("rows", range.getRows()),
                    StorageRequestCodec.notNegative("damaged", range.getDamaged()),
                    StorageRequestCodec.notNegative("unsettled", range.getUnsettled()),
                    AlgebraCodec.decode(range.getHash())));
        }
        return new Digests(AlgebraCodec.decode(message.getClock()), Math.max(0, message.getBytes()), ranges);
    }

    public static GetDamagedResponse encode(List<Key> keys) {
        GetDamagedResponse.Builder message = GetDamagedResponse.newBuilder();
        keys.forEach(key -> message.addKeys(AlgebraCodec.encode(key.bytes())));
        return message.build();
    }

    public static List<Key> decode(GetDamagedResponse message) throws MalformedException {
        List<Key> keys = new ArrayList<>(message.getKeysCount());
        for (ByteString key : message.getKeysList()) {
            keys.add(AlgebraCodec.decodeKey(key));
        }
        return keys;
    }

    public static MendRequest encode(Requests.Mend request) {
        return MendRequest.newBuilder()
                .setPlacement(request.placement())
                .setKey(AlgebraCodec.encode(request.key().bytes()))
                .setRow(AlgebraCodec.encode(request.row()))
                .setAcceptsLoss(request.acceptsLoss())
                .build();
    }

    public static Requests.Mend decode(MendRequest request, long deadlineNanos) throws MalformedException {
        return new Requests.Mend(
                StorageRequestCodec.placement(request.getPlacement()),
                AlgebraCodec.decodeKey(request.getKey()),
                AlgebraCodec.decode(request.getRow()),
                request.getAcceptsLoss(),
                deadlineNanos);
    }

    public static io.dotkv.proto.storage.v1.Mended encode(RowRepair mended) {
        return switch (mended) {
            case REPLACED -> io.dotkv.proto.storage.v1.Mended.REPLACED;
            case READABLE -> io.dotkv.proto.storage.v1.Mended.READABLE;
            case EVENTS_MISSING -> io.dotkv.proto.storage.v1.Mended.EVENTS_MISSING;
        };
    }

    public static RowRepair decode(io.dotkv.proto.storage.v1.Mended mended) throws MalformedException {
        return switch (mended) {
            case REPLACED -> RowRepair.REPLACED;
            case READABLE -> RowRepair.READABLE;
            case EVENTS_MISSING -> RowRepair.EVENTS_MISSING;
            case MENDED_UNSPECIFIED, UNRECOGNIZED ->
                throw new MalformedException("a repaired row is REPLACED, READABLE or EVENTS_MISSING");
        };
    }

    public static StorageHealth encode(StorageDescription.Health health) {
        return StorageHealth.newBuilder()
                .setRowsDamaged(health.rowsDamaged())
                .setRowsFoundDamaged(health.rowsFoundDamaged())
                .setRowsMended(health.rowsMended())
                .setIsRebuiltAtStart(health.isRebuiltAtStart())
                .setPossibleLoss(health.possibleLoss())
                .build();
    }

    public static StorageDescription.Health decode(StorageHealth health) {
        return new StorageDescription.Health(
                health.getRowsDamaged(),
                health.getRowsFoundDamaged(),
                health.getRowsMended(),
                health.getIsRebuiltAtStart(),
                health.getPossibleLoss());
    }
}
