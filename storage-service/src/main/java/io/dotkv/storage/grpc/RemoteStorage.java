package io.dotkv.storage.grpc;

import io.dotkv.kernel.Key;
import io.dotkv.kernel.PartitionId;
import io.dotkv.kernel.Row;
import io.dotkv.proto.storage.v1.AbsorbRequest;
import io.dotkv.proto.storage.v1.DescribeRequest;
import io.dotkv.proto.storage.v1.GetClocksRequest;
import io.dotkv.proto.storage.v1.GetDamagedRequest;
import io.dotkv.proto.storage.v1.StorageServiceGrpc;
import io.dotkv.proto.storage.v1.StorageServiceGrpc.StorageServiceStub;
import io.dotkv.storage.Assignment;
import io.dotkv.storage.AssignmentAck;
import io.dotkv.storage.Digests;
import io.dotkv.storage.MutationListener;
import io.dotkv.storage.Outcome;
import io.dotkv.storage.PartitionClock;
import io.dotkv.storage.PullMessage;
import io.dotkv.storage.Refusal;
import io.dotkv.storage.Requests;
import io.dotkv.storage.RowPage;
import io.dotkv.storage.RowRepair;
import io.dotkv.storage.Storage;
import io.dotkv.storage.StorageDescription;
import io.dotkv.storage.grpc.codec.DamageCodec;
import io.dotkv.storage.grpc.codec.PullCodec;
import io.dotkv.storage.grpc.codec.StorageAnswerCodec;
import io.dotkv.storage.grpc.codec.StorageRequestCodec;
import io.dotkv.storage.grpc.codec.StorageStatus;
import io.dotkv.storage.grpc.exchange.ExchangeLink;
import io.dotkv.storage.grpc.exchange.ExchangePorts;
import io.dotkv.storage.grpc.exchange.ExchangeSettings;
import io.dotkv.storage.grpc.exchange.PendingCall;
import io.dotkv.wire.Rpc;
import io.dotkv.wire.UnaryReply;
import io.grpc.Channel;
import io.grpc.Context;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * The storage of another process. Reads, mutations and applies share one long-lived stream, which opens again by
 * itself; everything else is a call of its own.
 *
 * <p>What is known of a call that got no answer: it is refused with {@link Refusal.Reason#UNREACHABLE} (or
 * {@code OVERLOADED}, {@code EXPIRED}) when it was never given to the stream, and unknown when it was. Calls end within
 * their deadline and a short grace.
 *
 * <p>Any thread may call. Answers arrive on a thread of the transport or of the scheduler. The channel stays its
 * owner's, who closes it after this.
 */
public final class RemoteStorage implements Storage {
    private final String peer;
    private final ExchangePorts ports;
    private final ExchangeSettings settings;
    private final StorageServiceStub stub;
    private final ExchangeLink link;

    /**
     * Begins to connect.
     *
     * @param peer names the other process in messages: its node or its address
     */
    public RemoteStorage(String peer, Channel channel, ExchangePorts ports, ExchangeSettings settings) {
        this.peer = peer;
        this.ports = ports;
        this.settings = settings;
        stub = StorageServiceGrpc.newStub(channel);
        link = new ExchangeLink(peer, channel, ports, settings);
        link.start();
    }

    @Override
    public CompletionStage<Outcome<Row>> read(Requests.Read request) {
        PendingCall.OfRead call = new PendingCall.OfRead(request);
        link.send(call);
        return call.answer();
    }

    @Override
    public void mutate(Requests.Mutate request, MutationListener listener) {
        link.send(new PendingCall.OfMutate(request, listener));
    }

    @Override
    public CompletionStage<Outcome<Long>> apply(Requests.Apply request) {
        PendingCall.OfApply call = new PendingCall.OfApply(request);
        link.send(call);
        return call.answer();
    }

    @Override
    public CompletionStage<Outcome<AssignmentAck>> assume(Assignment assignment) {
        if (!isReachable()) {
            return unreachable();
        }
        return call(
                false,
                settings.callTimeout().toNanos(),
                StorageServiceStub::assume,
                StorageRequestCodec.encode(assignment),
                response -> switch (response.getResultCase()) {
                    case ASSUMED -> Outcome.done(StorageAnswerCodec.decode(response.getAssumed()));
                    case REFUSAL -> Outcome.refused(StorageAnswerCodec.decode(response.getRefusal()));
                    case RESULT_NOT_SET -> nothing();
                });
    }

    @Override
    public CompletionStage<Outcome<RowPage>> scan(Requests.Scan request) {
        long left = request.deadlineNanos() - ports.clock().monotonicNanos();
        if (left <= 0) {
            return CompletableFuture.completedFuture(Outcome.refused(
                    new Refusal(Refusal.Reason.EXPIRED, 0, "the deadline of the scan had passed before the call")));
        }
        return call(
                true,
                left,
                StorageServiceStub::scan,
                StorageRequestCodec.encode(request),
                response -> switch (response.getResultCase()) {
                    case PAGE -> Outcome.done(StorageAnswerCodec.decode(response.getPage()));
                    case REFUSAL -> Outcome.refused(StorageAnswerCodec.decode(response.getRefusal()));
                    case RESULT_NOT_SET -> nothing();
                });
    }

    @Override
    public CompletionStage<Outcome<List<PartitionClock>>> clocks(Set<PartitionId> partitions) {
        GetClocksRequest request = GetClocksRequest.newBuilder()
                .addAllPartitions(StorageRequestCodec.numbers(partitions))
                .build();
        return call(true, settings.callTimeout().toNanos(), StorageServiceStub::getClocks, request, response -> {
            List<PartitionClock> clocks = new ArrayList<>(response.getClocksCount());
            for (var clock : response.getClocksList()) {
                clocks.add(PullCodec.decode(clock));
            }
            return Outcome.done(List.copyOf(clocks));
        });
    }

    @Override
    public CompletionStage<Outcome<Integer>> pull(
            Requests.Pull request, Function<PullMessage, CompletionStage<?>> taker) {
        RemotePull pull = new RemotePull(peer, taker, ports, settings.idle());
        Context.ROOT.run(() -> stub.pull(PullCodec.encode(request), pull));
        return pull.outcome();
    }

    @Override
    public CompletionStage<Outcome<Integer>> absorb(PullMessage message) {
        if (!isReachable()) {
            return unreachable();
        }
        AbsorbRequest request =
                AbsorbRequest.newBuilder().setMessage(PullCodec.encode(message)).build();
        return call(
                false,
                settings.callTimeout().toNanos(),
                StorageServiceStub::absorb,
                request,
                response -> switch (response.getResultCase()) {
                    case ABSORBED ->
                        Outcome.done(StorageRequestCodec.notNegative(
                                "events", response.getAbsorbed().getEvents()));
                    case REFUSAL -> Outcome.refused(StorageAnswerCodec.decode(response.getRefusal()));
                    case RESULT_NOT_SET -> nothing();
                });
    }

    @Override
    public CompletionStage<Outcome<Digests>> digest(Requests.Digest request) {
        return call(
                true,
                leftOf(request.deadlineNanos()),
                StorageServiceStub::digest,
                DamageCodec.encode(request),
                response -> switch (response.getResultCase()) {
                    case DIGESTS -> Outcome.done(DamageCodec.decode(response.getDigests()));
                    case REFUSAL -> Outcome.refused(StorageAnswerCodec.decode(response.getRefusal()));
                    case RESULT_NOT_SET -> nothing();
                });
    }

    @Override
    public CompletionStage<Outcome<List<Key>>> damaged() {
        return call(
                true,
                settings.callTimeout().toNanos(),
                StorageServiceStub::getDamaged,
                GetDamagedRequest.getDefaultInstance(),
                response -> Outcome.done(DamageCodec.decode(response)));
    }

    @Override
    public CompletionStage<Outcome<RowRepair>> mend(Requests.Mend request) {
        if (!isReachable()) {
            return unreachable();
        }
        return call(
                false,
                leftOf(request.deadlineNanos()),
                StorageServiceStub::mend,
                DamageCodec.encode(request),
                response -> switch (response.getResultCase()) {
                    case MENDED -> Outcome.done(DamageCodec.decode(response.getMended()));
                    case REFUSAL -> Outcome.refused(StorageAnswerCodec.decode(response.getRefusal()));
                    case RESULT_NOT_SET -> nothing();
                });
    }

    /** What is left until a deadline; at least a little, since a call with less is none. */
    private long leftOf(long deadlineNanos) {
        return Math.max(1_000_000, deadlineNanos - ports.clock().monotonicNanos());
    }

    @Override
    public CompletionStage<Outcome<StorageDescription>> describe() {
        return call(
                true,
                settings.callTimeout().toNanos(),
                StorageServiceStub::describe,
                DescribeRequest.getDefaultInstance(),
                response -> Outcome.done(StorageAnswerCodec.decode(response)));
    }

    @Override
    public boolean isReachable() {
        return link.isEstablished();
    }

    @Override
    public boolean isAnswering() {
        return link.isAnswering();
    }

    /** Ends the stream; calls in flight end unknown. */
    @Override
    public void close() {
        link.close();
    }

    /** @param readOnly whether the rpc changes nothing */
    private <Q, M, T> CompletionStage<Outcome<T>> call(
            boolean readOnly,
            long timeoutNanos,
            Rpc<StorageServiceStub, Q, M> rpc,
            Q request,
            UnaryReply.Decode<M, Outcome<T>> decode) {
        return new UnaryReply<M, Outcome<T>>(decode, failure -> StorageStatus.outcome(failure, peer, readOnly))
                .send(stub, timeoutNanos, rpc, request);
    }

    private <T> CompletionStage<Outcome<T>> unreachable() {
        return CompletableFuture.completedFuture(Outcome.refused(new Refusal(
                Refusal.Reason.UNREACHABLE, 0, "there is no stream to the storage at " + peer + "; nothing was sent")));
    }

    private <T> Outcome<T> nothing() {
        return Outcome.unknown("the storage at " + peer + " answered neither a result nor a refusal");
    }
}
