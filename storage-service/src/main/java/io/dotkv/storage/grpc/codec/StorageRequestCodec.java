package io.dotkv.storage.grpc.codec;

import com.google.protobuf.ByteString;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.PartitionId;
import io.dotkv.kernel.encoding.MalformedException;
import io.dotkv.kernel.types.Update;
import io.dotkv.proto.storage.v1.ApplyRequest;
import io.dotkv.proto.storage.v1.AssumeRequest;
import io.dotkv.proto.storage.v1.MutateRequest;
import io.dotkv.proto.storage.v1.ReadRequest;
import io.dotkv.proto.storage.v1.Replaces;
import io.dotkv.proto.storage.v1.ScanRequest;
import io.dotkv.storage.Assignment;
import io.dotkv.storage.Mutation;
import io.dotkv.storage.Partitioning;
import io.dotkv.storage.Requests;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The requests of the storage layer as messages, and back; what breaks a rule of the proto is refused with a sentence.
 */
public final class StorageRequestCodec {
    private static final int MAX_REQUEST_ID_BYTES = 64;
    private static final int MAX_SCAN_ROWS = 10_000;
    private static final Pattern CLUSTER_ID = Pattern.compile("[0-9a-f]{32}");

    private StorageRequestCodec() {}

    public static ReadRequest encode(Requests.Read request, long nowNanos) {
        return ReadRequest.newBuilder()
                .setPlacement(request.placement())
                .setKey(AlgebraCodec.encode(request.key().bytes()))
                .setTimeoutMicros(TimeLimits.microsLeft(request.deadlineNanos(), nowNanos))
                .build();
    }

    public static Requests.Read decode(ReadRequest request, long deadlineNanos) throws MalformedException {
        return new Requests.Read(
                placement(request.getPlacement()), AlgebraCodec.decodeKey(request.getKey()), deadlineNanos);
    }

    public static MutateRequest encode(Requests.Mutate request, long nowNanos) {
        MutateRequest.Builder message = MutateRequest.newBuilder()
                .setPlacement(request.placement())
                .setKey(AlgebraCodec.encode(request.key().bytes()))
                .setRequestId(request.requestId())
                .setTimeoutMicros(TimeLimits.microsLeft(request.deadlineNanos(), nowNanos));
        switch (request.mutation()) {
            case Mutation.Typed(Update update) -> message.setUpdate(StorageUpdateCodec.encode(update));
            case Mutation.Replace replace -> {
                message.setReplaces(
                        replace.context().isPresent() ? Replaces.WHAT_THE_CONTEXT_COVERS : Replaces.EVERYTHING_SEEN);
                replace.payload().ifPresent(payload -> message.setPayload(AlgebraCodec.encode(payload)));
                replace.context().ifPresent(context -> message.setContext(AlgebraCodec.encode(context)));
            }
        }
        return message.build();
    }

    public static Requests.Mutate decode(MutateRequest request, long deadlineNanos) throws MalformedException {
        String id = requestId(request.getRequestId(), request.getRequestIdBytes());
        if (id.isEmpty()) {
            throw new MalformedException("a mutation needs a request id");
        }
        return new Requests.Mutate(
                placement(request.getPlacement()),
                AlgebraCodec.decodeKey(request.getKey()),
                mutation(request),
                id,
                deadlineNanos);
    }

    private static Mutation mutation(MutateRequest request) throws MalformedException {
        if (!request.hasUpdate()) {
            return new Mutation.Replace(
                    request.hasPayload() ? Optional.of(AlgebraCodec.decode(request.getPayload())) : Optional.empty(),
                    context(request));
        }
        if (request.hasPayload() || request.hasContext() || request.getReplaces() != Replaces.REPLACES_UNSPECIFIED) {
            throw new MalformedException(
                    "an update has neither a payload nor a context, and says not what it replaces");
        }
        return new Mutation.Typed(StorageUpdateCodec.decode(request.getUpdate()));
    }

    private static Optional<DotSet> context(MutateRequest request) throws MalformedException {
        return switch (request.getReplaces()) {
            case EVERYTHING_SEEN -> {
                if (request.hasContext()) {
                    throw new MalformedException("a mutation that replaces everything seen has no context");
                }
                yield Optional.empty();
            }
            case WHAT_THE_CONTEXT_COVERS -> {
                if (!request.hasContext()) {
                    throw new MalformedException("a mutation that replaces what its context covers needs a context");
                }
                yield Optional.of(AlgebraCodec.decode(request.getContext()));
            }
            case REPLACES_UNSPECIFIED, UNRECOGNIZED ->
                throw new MalformedException("a mutation says what it replaces: EVERYTHING_SEEN or"
                        + " WHAT_THE_CONTEXT_COVERS, not " + request.getReplacesValue());
        };
    }

    public static ApplyRequest encode(Requests.Apply request, long nowNanos) {
        return ApplyRequest.newBuilder()
                .setPlacement(request.placement())
                .setDelta(AlgebraCodec.encode(request.delta()))
                .setRequestId(request.requestId())
                .setTimeoutMicros(TimeLimits.microsLeft(request.deadlineNanos(), nowNanos))
                .build();
    }

    public static Requests.Apply decode(ApplyRequest request, long deadlineNanos) throws MalformedException {
        return new Requests.Apply(
                placement(request.getPlacement()),
                AlgebraCodec.decode(request.getDelta()),
                requestId(request.getRequestId(), request.getRequestIdBytes()),
                deadlineNanos);
    }

    public static ScanRequest encode(Requests.Scan request) {
        return ScanRequest.newBuilder()
                .setPlacement(request.placement())
                .setAfter(AlgebraCodec.encode(request.after()))
                .setPrefix(AlgebraCodec.encode(request.prefix()))
                .setLimit(request.limit())
                .addAllPartitions(numbers(request.partitions()))
                .build();
    }

    public static Requests.Scan decode(ScanRequest request, long deadlineNanos) throws MalformedException {
        if (request.getLimit() < 1 || request.getLimit() > MAX_SCAN_ROWS) {
            throw new MalformedException("a scan's limit is 1 to " + MAX_SCAN_ROWS + " rows, not "
                    + Integer.toUnsignedString(request.getLimit()));
        }
        return new Requests.Scan(
                placement(request.getPlacement()),
                partOfKey("after", request.getAfter()),
                partOfKey("prefix", request.getPrefix()),
                request.getLimit(),
                partitions(request.getPartitionsList()),
                deadlineNanos);
    }

    public static AssumeRequest encode(Assignment mandate) {
        return AssumeRequest.newBuilder()
                .setClusterId(mandate.clusterId())
                .setNode(mandate.node().name())
                .setNodeNumber(mandate.nodeNumber())
                .setBoot(mandate.boot())
                .setFormerLife(mandate.formerLife())
                .setPlacement(mandate.placement())
                .setPartitions(mandate.partitions())
                .addAllHeld(numbers(mandate.held()))
                .setDonors(mandate.donors())
                .setOthers(mandate.others())
                .setReplicas(mandate.replicas())
                .addAllRetirements(RetirementCodec.encode(mandate.retirements()))
                .setAgreementVersion(mandate.retirements().version())
                .build();
    }

    public static Assignment decode(AssumeRequest request) throws MalformedException {
        if (!CLUSTER_ID.matcher(request.getClusterId()).matches()) {
            throw new MalformedException("a cluster's id is 32 lower-case hexadecimal digits");
        }
        Set<PartitionId> held = partitions(request.getHeldList());
        try {
            int count = new Partitioning(request.getPartitions()).partitions();
            for (PartitionId partition : held) {
                if (partition.number() >= count) {
                    throw new MalformedException("of " + count + " partitions none has the number " + partition);
                }
            }
            return new Assignment(
                    request.getClusterId(),
                    new NodeId(request.getNode()),
                    positive("node_number", request.getNodeNumber()),
                    notNegative("boot", request.getBoot()),
                    request.getFormerLife(),
                    placement(request.getPlacement()),
                    count,
                    List.copyOf(held),
                    notNegative("donors", request.getDonors()),
                    notNegative("others", request.getOthers()),
                    notNegative("replicas", request.getReplicas()),
                    RetirementCodec.decode(request.getAgreementVersion(), request.getRetirementsList()));
        } catch (IllegalArgumentException e) {
            throw AlgebraCodec.malformed(e);
        }
    }

    public static Set<PartitionId> partitions(List<Integer> numbers) throws MalformedException {
        Set<PartitionId> partitions = new LinkedHashSet<>();
        for (int number : numbers) {
            if (!partitions.add(partition(number))) {
                throw new MalformedException("partition " + number + " is named twice");
            }
        }
        return partitions;
    }

    static PartitionId partition(int number) throws MalformedException {
        try {
            return new PartitionId(number);
        } catch (IllegalArgumentException e) {
            throw AlgebraCodec.malformed(e);
        }
    }

    public static List<Integer> numbers(Iterable<PartitionId> partitions) {
        List<Integer> numbers = new ArrayList<>();
        for (PartitionId partition : partitions) {
            numbers.add(partition.number());
        }
        return numbers;
    }

    public static long placement(long placement) throws MalformedException {
        if (placement < 0) {
            throw new MalformedException("no placement has the number " + Long.toUnsignedString(placement));
        }
        return placement;
    }

    public static int notNegative(String field, int value) throws MalformedException {
        if (value < 0) {
            throw new MalformedException(field + " is too large: " + Integer.toUnsignedString(value));
        }
        return value;
    }

    static int positive(String field, int value) throws MalformedException {
        if (value == 0) {
            throw new MalformedException(field + " is missing");
        }
        return notNegative(field, value);
    }

    static Bytes partOfKey(String field, ByteString bytes) throws MalformedException {
        if (bytes.size() > Key.MAX_BYTES) {
            throw new MalformedException(
                    field + " has " + bytes.size() + " bytes, and no key more than " + Key.MAX_BYTES);
        }
        return AlgebraCodec.decode(bytes);
    }

    private static String requestId(String id, ByteString bytes) throws MalformedException {
        if (bytes.size() > MAX_REQUEST_ID_BYTES) {
            throw new MalformedException(
                    "a request id has at most " + MAX_REQUEST_ID_BYTES + " bytes, not " + bytes.size());
        }
        return id;
    }
}
