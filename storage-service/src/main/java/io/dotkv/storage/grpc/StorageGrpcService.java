package io.dotkv.storage.grpc;

import io.dotkv.kernel.PartitionId;
import io.dotkv.kernel.encoding.MalformedException;
import io.dotkv.proto.storage.v1.AbsorbRequest;
import io.dotkv.proto.storage.v1.AbsorbResponse;
import io.dotkv.proto.storage.v1.Absorbed;
import io.dotkv.proto.storage.v1.Applied;
import io.dotkv.proto.storage.v1.ApplyRequest;
import io.dotkv.proto.storage.v1.ApplyResponse;
import io.dotkv.proto.storage.v1.AssumeRequest;
import io.dotkv.proto.storage.v1.AssumeResponse;
import io.dotkv.proto.storage.v1.DescribeRequest;
import io.dotkv.proto.storage.v1.DescribeResponse;
import io.dotkv.proto.storage.v1.DigestRequest;
import io.dotkv.proto.storage.v1.DigestResponse;
import io.dotkv.proto.storage.v1.ExchangeRequest;
import io.dotkv.proto.storage.v1.ExchangeResponse;
import io.dotkv.proto.storage.v1.GetClocksRequest;
import io.dotkv.proto.storage.v1.GetClocksResponse;
import io.dotkv.proto.storage.v1.GetDamagedRequest;
import io.dotkv.proto.storage.v1.GetDamagedResponse;
import io.dotkv.proto.storage.v1.MendRequest;
import io.dotkv.proto.storage.v1.MendResponse;
import io.dotkv.proto.storage.v1.MutateRequest;
import io.dotkv.proto.storage.v1.MutateResponse;
import io.dotkv.proto.storage.v1.PullRequest;
import io.dotkv.proto.storage.v1.PullResponse;
import io.dotkv.proto.storage.v1.ReadRequest;
import io.dotkv.proto.storage.v1.ReadResponse;
import io.dotkv.proto.storage.v1.ScanRequest;
import io.dotkv.proto.storage.v1.ScanResponse;
import io.dotkv.proto.storage.v1.StorageServiceGrpc;
import io.dotkv.storage.PartitionClock;
import io.dotkv.storage.Requests;
import io.dotkv.storage.Storage;
import io.dotkv.storage.grpc.codec.AlgebraCodec;
import io.dotkv.storage.grpc.codec.DamageCodec;
import io.dotkv.storage.grpc.codec.ProcessInfo;
import io.dotkv.storage.grpc.codec.PullCodec;
import io.dotkv.storage.grpc.codec.StorageAnswerCodec;
import io.dotkv.storage.grpc.codec.StorageRequestCodec;
import io.dotkv.storage.grpc.codec.StorageStatus;
import io.dotkv.storage.grpc.codec.TimeLimits;
import io.dotkv.storage.grpc.exchange.DurableMutation;
import io.dotkv.storage.grpc.exchange.ExchangeHandler;
import io.dotkv.storage.grpc.exchange.ExchangePorts;
import io.dotkv.storage.grpc.exchange.ExchangeSettings;
import io.dotkv.storage.grpc.exchange.MemoryQuotas;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Set;

/**
 * Offers a storage to other processes. Handlers run on the event loop and never block; answers are given by whichever
 * thread the storage answers on, those of the data path in batches by the sender.
 */
public final class StorageGrpcService extends StorageServiceGrpc.StorageServiceImplBase {
    private final Storage storage;
    private final ExchangePorts ports;
    private final ExchangeSettings settings;
    private final TimeLimits limits;
    private final ProcessInfo facts;
    private final MemoryQuotas memory;

    /** A service of a process that tells nothing of itself. */
    public StorageGrpcService(Storage storage, ExchangePorts ports, ExchangeSettings settings) {
        this(storage, ports, settings, ProcessInfo.UNKNOWN, MemoryQuotas.UNKNOWN);
    }

    /**
     * @param facts what is told of the process beside its storage
     * @param memory how the process divides its memory
     */
    public StorageGrpcService(
            Storage storage, ExchangePorts ports, ExchangeSettings settings, ProcessInfo facts, MemoryQuotas memory) {
        this.memory = memory;
        this.storage = storage;
        this.ports = ports;
        this.settings = settings;
        this.facts = facts;
        limits = settings.timeLimits();
    }

    @Override
    public void assume(AssumeRequest request, StreamObserver<AssumeResponse> observer) {
        Answering.begin(
                observer,
                () -> storage.assume(StorageRequestCodec.decode(request)),
                assumed -> AssumeResponse.newBuilder()
                        .setAssumed(StorageAnswerCodec.encode(assumed))
                        .build(),
                refusal -> AssumeResponse.newBuilder()
                        .setRefusal(StorageAnswerCodec.encode(refusal))
                        .build());
    }

    @Override
    public void read(ReadRequest request, StreamObserver<ReadResponse> observer) {
        Answering.begin(
                observer,
                () -> storage.read(StorageRequestCodec.decode(request, unaryDeadline(request.getTimeoutMicros()))),
                row -> ReadResponse.newBuilder()
                        .setRow(AlgebraCodec.encode(row))
                        .build(),
                refusal -> ReadResponse.newBuilder()
                        .setRefusal(StorageAnswerCodec.encode(refusal))
                        .build());
    }

    @Override
    public void mutate(MutateRequest request, StreamObserver<MutateResponse> observer) {
        Answering.begin(
                observer,
                () -> {
                    Requests.Mutate mutation =
                            StorageRequestCodec.decode(request, unaryDeadline(request.getTimeoutMicros()));
                    DurableMutation durable = new DurableMutation(mutation);
                    storage.mutate(mutation, durable);
                    return durable.outcome();
                },
                assignment -> MutateResponse.newBuilder()
                        .setAssigned(StorageAnswerCodec.encode(assignment, request.hasUpdate()))
                        .build(),
                refusal -> MutateResponse.newBuilder()
                        .setRefusal(StorageAnswerCodec.encode(refusal))
                        .build());
    }

    @Override
    public void apply(ApplyRequest request, StreamObserver<ApplyResponse> observer) {
        Answering.begin(
                observer,
                () -> storage.apply(StorageRequestCodec.decode(request, unaryDeadline(request.getTimeoutMicros()))),
                placement -> ApplyResponse.newBuilder()
                        .setApplied(Applied.newBuilder().setPlacement(placement))
                        .build(),
                refusal -> ApplyResponse.newBuilder()
                        .setRefusal(StorageAnswerCodec.encode(refusal))
                        .build());
    }

    @Override
    public void scan(ScanRequest request, StreamObserver<ScanResponse> observer) {
        Answering.begin(
                observer,
                () -> storage.scan(StorageRequestCodec.decode(request, unaryDeadline(0))),
                page -> ScanResponse.newBuilder()
                        .setPage(StorageAnswerCodec.encode(page))
                        .build(),
                refusal -> ScanResponse.newBuilder()
                        .setRefusal(StorageAnswerCodec.encode(refusal))
                        .build());
    }

    @Override
    public void getClocks(GetClocksRequest request, StreamObserver<GetClocksResponse> observer) {
        Answering.begin(
                observer,
                () -> {
                    Set<PartitionId> partitions = StorageRequestCodec.partitions(request.getPartitionsList());
                    return storage.clocks(partitions);
                },
                StorageGrpcService::encodeClocks,
                null);
    }

    private static GetClocksResponse encodeClocks(List<PartitionClock> clocks) {
        GetClocksResponse.Builder response = GetClocksResponse.newBuilder();
        for (PartitionClock clock : clocks) {
            response.addClocks(PullCodec.encode(clock));
        }
        return response.build();
    }

    @Override
    public void pull(PullRequest request, StreamObserver<PullResponse> observer) {
        try {
            Requests.Pull pull = PullCodec.decode(request);
            new PullHandler(
                            (ServerCallStreamObserver<PullResponse>) observer,
                            request.getTakesBase(),
                            ports,
                            settings.idle())
                    .begin(storage, pull);
        } catch (MalformedException e) {
            observer.onError(StorageStatus.of(e));
        }
    }

    @Override
    public void absorb(AbsorbRequest request, StreamObserver<AbsorbResponse> observer) {
        Answering.begin(
                observer,
                () -> storage.absorb(PullCodec.decode(request.getMessage())),
                events -> AbsorbResponse.newBuilder()
                        .setAbsorbed(Absorbed.newBuilder().setEvents(events))
                        .build(),
                refusal -> AbsorbResponse.newBuilder()
                        .setRefusal(StorageAnswerCodec.encode(refusal))
                        .build());
    }

    @Override
    public void digest(DigestRequest request, StreamObserver<DigestResponse> observer) {
        Answering.begin(
                observer,
                () -> storage.digest(DamageCodec.decode(request, unaryDeadline(0))),
                digests -> DigestResponse.newBuilder()
                        .setDigests(DamageCodec.encode(digests))
                        .build(),
                refusal -> DigestResponse.newBuilder()
                        .setRefusal(StorageAnswerCodec.encode(refusal))
                        .build());
    }

    @Override
    public void getDamaged(GetDamagedRequest request, StreamObserver<GetDamagedResponse> observer) {
        Answering.begin(observer, storage::damaged, DamageCodec::encode, null);
    }

    @Override
    public void mend(MendRequest request, StreamObserver<MendResponse> observer) {
        Answering.begin(
                observer,
                () -> storage.mend(DamageCodec.decode(request, unaryDeadline(0))),
                mended -> MendResponse.newBuilder()
                        .setMended(DamageCodec.encode(mended))
                        .build(),
                refusal -> MendResponse.newBuilder()
                        .setRefusal(StorageAnswerCodec.encode(refusal))
                        .build());
    }

    @Override
    public void describe(DescribeRequest request, StreamObserver<DescribeResponse> observer) {
        Answering.begin(
                observer,
                storage::describe,
                description -> StorageAnswerCodec.encode(description).toBuilder()
                        .setVersion(facts.version())
                        .putAllSettings(facts.settings())
                        .setMemory(memory.message())
                        .build(),
                null);
    }

    @Override
    public StreamObserver<ExchangeRequest> exchange(StreamObserver<ExchangeResponse> observer) {
        ExchangeHandler handler =
                new ExchangeHandler(storage, ports, settings, (ServerCallStreamObserver<ExchangeResponse>) observer);
        handler.open();
        return handler;
    }

    private long unaryDeadline(long timeoutMicros) {
        return limits.unaryDeadline(timeoutMicros, ports.clock().monotonicNanos());
    }
}
