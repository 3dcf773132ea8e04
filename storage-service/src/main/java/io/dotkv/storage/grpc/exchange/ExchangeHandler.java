package io.dotkv.storage.grpc.exchange;

import io.dotkv.kernel.encoding.MalformedException;
import io.dotkv.proto.storage.v1.Call;
import io.dotkv.proto.storage.v1.ExchangeRequest;
import io.dotkv.proto.storage.v1.ExchangeResponse;
import io.dotkv.proto.storage.v1.Reply;
import io.dotkv.storage.Requests;
import io.dotkv.storage.Storage;
import io.dotkv.storage.grpc.codec.StorageRequestCodec;
import io.dotkv.storage.grpc.codec.TimeLimits;
import io.dotkv.wire.SerialTask;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The serving side of one stream of the data path. A message of calls is given to the storage at once; the answers,
 * which come on any thread and in any order, queue up and are sent by one drain at a time, as many to a message as
 * there are.
 *
 * <p>Memory is bounded by asking for the next message only while calls in work and answers not yet sent are few: a
 * client that does not take its answers is not listened to either.
 */
public final class ExchangeHandler implements StreamObserver<ExchangeRequest> {
    /**
     * More calls than a client of ours puts into a message, and few enough that a message cannot break the bounds by
     * much.
     */
    private static final int MAX_CALLS_PER_MESSAGE = 4096;

    /**
     * A mutation that came later is not begun: who sent it may have given it up since, and said so in what is not read
     * yet.
     */
    private static final long LATE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Storage storage;
    private final ExchangePorts ports;
    private final ExchangeSettings settings;
    private final TimeLimits limits;
    private final ServerCallStreamObserver<ExchangeResponse> responses;
    private final SerialTask drain;
    private final Queue<Reply> unsent = new ConcurrentLinkedQueue<>();
    private final AtomicInteger unsentReplies = new AtomicInteger();
    private final AtomicInteger callsInWork = new AtomicInteger();
    /** Of calls in work and of answers not yet sent. */
    private final AtomicLong bytes = new AtomicLong();

    private final Map<Long, ExchangeReply.OfMutation> mutations = new ConcurrentHashMap<>();
    private final TransitTime transit = new TransitTime();
    private final AtomicLong echo = new AtomicLong();
    private final AtomicBoolean paused = new AtomicBoolean();
    private volatile boolean halfClosed;
    private volatile boolean over;
    private volatile @Nullable Status failure;

    public ExchangeHandler(
            Storage storage,
            ExchangePorts ports,
            ExchangeSettings settings,
            ServerCallStreamObserver<ExchangeResponse> responses) {
        this.storage = storage;
        this.ports = ports;
        this.settings = settings;
        this.responses = responses;
        limits = settings.timeLimits();
        drain = new SerialTask(ports.sender(), this::sendWhatWaits);
    }

    /** Greets the client, who knows by it that the stream stands, and takes the first message. */
    public void open() {
        responses.setOnReadyThreshold(settings.sendAheadBytes());
        responses.disableAutoRequest();
        responses.setOnReadyHandler(drain::wake);
        responses.setOnCancelHandler(this::forget);
        responses.onNext(ExchangeResponse.getDefaultInstance());
        responses.request(1);
    }

    @Override
    public void onNext(ExchangeRequest request) {
        if (over || failure != null) {
            return;
        }
        if (request.getCallsCount() > MAX_CALLS_PER_MESSAGE) {
            fail("a message has at most " + MAX_CALLS_PER_MESSAGE + " calls, not " + request.getCallsCount());
            return;
        }
        long now = ports.clock().monotonicNanos();
        long lateNanos = transit.lateNanos(request.getSentMicros(), now);
        request.getGivenUpList().forEach(this::giveUp);
        for (Call call : request.getCallsList()) {
            if (call.getId() == 0) {
                fail("a call needs an id to be answered by, a positive number");
                return;
            }
            begin(call, now - lateNanos, lateNanos);
        }
        if (request.getProbe() != 0) {
            echo.set(request.getProbe());
            drain.wake();
        }
        takeNextOrPause();
    }

    private void giveUp(long id) {
        ExchangeReply.OfMutation mutation = mutations.get(id);
        if (mutation != null) {
            mutation.giveUp();
        }
    }

    /** The mutation has ended. */
    void ended(long id) {
        mutations.remove(id);
    }

    /** @param now when the call would have come in, had it not been late */
    private void begin(Call call, long now, long lateNanos) {
        int size = call.getSerializedSize();
        callsInWork.incrementAndGet();
        bytes.addAndGet(size);
        ExchangeReply answer = new ExchangeReply(this, call.getId(), size);
        try {
            switch (call.getRequestCase()) {
                case READ ->
                    storage.read(StorageRequestCodec.decode(
                                    call.getRead(),
                                    limits.deadline(call.getRead().getTimeoutMicros(), now)))
                            .whenComplete(answer::ofRead);
                case APPLY ->
                    storage.apply(StorageRequestCodec.decode(
                                    call.getApply(),
                                    limits.deadline(call.getApply().getTimeoutMicros(), now)))
                            .whenComplete(answer::ofApply);
                case MUTATE -> {
                    Requests.Mutate mutation = StorageRequestCodec.decode(
                            call.getMutate(), limits.deadline(call.getMutate().getTimeoutMicros(), now));
                    ExchangeReply.OfMutation listener = answer.ofMutation(mutation);
                    if (lateNanos > LATE_NANOS) {
                        answer.late(lateNanos);
                    } else {
                        mutations.put(call.getId(), listener);
                        storage.mutate(mutation, listener);
                    }
                }
                case REQUEST_NOT_SET -> throw new MalformedException("a call is a read, a mutation or an apply");
            }
        } catch (MalformedException e) {
            answer.malformed(e);
        } catch (RuntimeException e) {
            answer.failed(e);
        }
    }

    /** Takes an answer after which more will come for the same call. */
    void reply(Reply reply) {
        if (over) {
            return;
        }
        unsentReplies.incrementAndGet();
        bytes.addAndGet(reply.getSerializedSize());
        unsent.add(reply);
        drain.wake();
    }

    /** Takes the last answer of a call of this size. */
    void lastReply(Reply reply, int sizeOfCall) {
        reply(reply);
        bytes.addAndGet(-sizeOfCall);
        callsInWork.decrementAndGet();
        takeNextIfPaused();
        if (halfClosed) {
            drain.wake();
        }
    }

    /** Whether so many bytes more may wait to be sent; always when nothing else does. */
    boolean hasRoomFor(int size) {
        return unsentReplies.get() == 0 || bytes.get() + size <= 2 * settings.bytesInFlight();
    }

    int maxReplyBytes() {
        return settings.maxItemBytes();
    }

    private boolean hasRoom() {
        return callsInWork.get() + unsentReplies.get() < settings.callsInFlight()
                && bytes.get() < settings.bytesInFlight();
    }

    private void takeNextOrPause() {
        if (hasRoom()) {
            responses.request(1);
            return;
        }
        paused.set(true);
        takeNextIfPaused();
    }

    private void takeNextIfPaused() {
        if (paused.get() && hasRoom() && paused.compareAndSet(true, false)) {
            responses.request(1);
        }
    }

    private void sendWhatWaits() {
        try {
            while (!over && failure == null && responses.isReady() && (!unsent.isEmpty() || echo.get() != 0)) {
                responses.onNext(nextBatch());
                takeNextIfPaused();
            }
            endIfDue();
        } catch (RuntimeException e) {
            // The call ended under our hands: there is nobody to answer any more.
            forget();
        }
    }

    private ExchangeResponse nextBatch() {
        ExchangeResponse.Builder batch = ExchangeResponse.newBuilder();
        int size = 0;
        Reply reply = unsent.peek();
        while (reply != null && batch.getRepliesCount() < settings.batchCalls()) {
            if (size > 0 && size + reply.getSerializedSize() > settings.batchBytes()) {
                break;
            }
            size += reply.getSerializedSize();
            batch.addReplies(reply);
            unsent.remove();
            reply = unsent.peek();
        }
        unsentReplies.addAndGet(-batch.getRepliesCount());
        bytes.addAndGet(-size);
        return batch.setEcho(echo.getAndSet(0)).build();
    }

    private void endIfDue() {
        Status status = failure;
        if (over) {
            return;
        }
        if (status != null) {
            responses.onError(status.asException());
            forget();
        } else if (halfClosed && callsInWork.get() == 0 && unsent.isEmpty()) {
            responses.onCompleted();
            forget();
        }
    }

    private void fail(String why) {
        failure = Status.INVALID_ARGUMENT.withDescription(why);
        drain.wake();
    }

    /** Nobody is there any more: what is not begun is not to be. */
    private void forget() {
        over = true;
        unsent.clear();
        mutations.values().forEach(ExchangeReply.OfMutation::giveUp);
    }

    @Override
    public void onError(Throwable gone) {
        forget();
    }

    @Override
    public void onCompleted() {
        halfClosed = true;
        drain.wake();
    }
}
