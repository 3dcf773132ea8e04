package io.dotkv.storage.grpc.exchange;

import io.dotkv.kernel.encoding.MalformedException;
import io.dotkv.kernel.ports.Clock;
import io.dotkv.proto.storage.v1.Call;
import io.dotkv.proto.storage.v1.ExchangeRequest;
import io.dotkv.proto.storage.v1.ExchangeResponse;
import io.dotkv.proto.storage.v1.Reply;
import io.dotkv.proto.storage.v1.StorageServiceGrpc;
import io.dotkv.storage.Refusal;
import io.dotkv.storage.grpc.codec.StorageStatus;
import io.dotkv.wire.SerialTask;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The life of one stream to a storage, seen from the client: opened, established by the server's first message, broken
 * for good. Calls of any thread queue up, and one drain at a time puts all that wait into as few messages as possible,
 * as long as the transport takes them.
 */
public final class ExchangeSession implements ClientResponseObserver<ExchangeRequest, ExchangeResponse> {
    /** Learns of the two changes in the life of a stream, on a thread of the transport; each happens at most once. */
    public interface Owner {
        void established(ExchangeSession session);

        void broken(ExchangeSession session, String why);
    }

    private final String peer;
    private final Clock clock;
    private final ExchangeSettings settings;
    private final Owner owner;
    private final PendingCalls pending;
    private final Queue<PendingCall> unsent = new ConcurrentLinkedQueue<>();
    private final AtomicLong unsentBytes = new AtomicLong();
    private final Queue<Long> givenUp = new ConcurrentLinkedQueue<>();
    private final SerialTask drain;
    private final long createdNanos;
    private final SilenceDetector silence;
    private final AtomicLong probe = new AtomicLong();
    /** Of the scheduler. */
    private long probedNanos;
    /** Of the sender; a wrong look from the scheduler costs an empty run. */
    private volatile long probeSent;

    private final AtomicBoolean broken = new AtomicBoolean();
    private volatile boolean established;
    private volatile boolean someEndedUnsent;
    private volatile boolean echoes;
    private volatile long heardNanos;
    private volatile SilenceDetector.Verdict verdict = SilenceDetector.Verdict.ALIVE;
    private volatile @Nullable ClientCallStreamObserver<ExchangeRequest> stream;
    /** Set when the call has been started: one may not cancel it before. */
    private volatile boolean opened;

    public ExchangeSession(String peer, ExchangePorts ports, ExchangeSettings settings, Owner owner) {
        this.peer = peer;
        this.clock = ports.clock();
        this.createdNanos = clock.monotonicNanos();
        this.heardNanos = createdNanos;
        this.probedNanos = createdNanos;
        this.silence = new SilenceDetector(createdNanos);
        this.settings = settings;
        this.owner = owner;
        pending = new PendingCalls(settings.callsInFlight());
        drain = new SerialTask(ports.sender(), this::sendWhatWaits);
    }

    /** Opens the stream outside of any call: that of a handler would be cancelled with the handler's. */
    public void open(StorageServiceGrpc.StorageServiceStub stub) {
        Context.ROOT.run(() -> stub.withWaitForReady()
                .withOnReadyThreshold(settings.sendAheadBytes())
                .exchange(this));
        opened = true;
        if (broken.get()) {
            cancel("the stream was cancelled while it was opened");
        }
    }

    boolean isEstablished() {
        return established && !broken.get();
    }

    /** What its silence says of it. */
    public SilenceDetector.Verdict verdict() {
        return verdict;
    }

    /** Whether the peer echoes probes and was heard lately. */
    boolean isAnswering() {
        return isEstablished() && echoes && verdict == SilenceDetector.Verdict.ALIVE;
    }

    /** Whether a call waits for its answer. */
    public boolean isWaiting() {
        return pending.count() > 0;
    }

    /** Sends a call, or ends it at once. */
    public void send(PendingCall call, long nowNanos) {
        if (!pending.add(call)) {
            call.abandon(
                    Refusal.Reason.OVERLOADED,
                    settings.callsInFlight() + " calls are already waiting for the storage at " + peer);
            return;
        }
        int bytes = call.prepare(nowNanos).getSerializedSize();
        if (bytes > settings.maxItemBytes()) {
            abandon(
                    call,
                    Refusal.Reason.NOT_UNDERSTOOD,
                    "the call has " + bytes + " bytes, and a message to the storage at " + peer + " at most "
                            + settings.maxMessageBytes());
            return;
        }
        long waiting = unsentBytes.getAndAdd(bytes);
        if (waiting > 0 && waiting + bytes > settings.bytesInFlight()) {
            unsentBytes.addAndGet(-bytes);
            abandon(call, Refusal.Reason.OVERLOADED, "too many bytes are queued for the storage at " + peer);
            return;
        }
        unsent.add(call);
        if (broken.get()) {
            abandon(call, Refusal.Reason.UNREACHABLE, "the stream to the storage at " + peer + " is broken");
        }
        drain.wake();
    }

    /**
     * Ends the calls whose time is over, tells the peer of those that were given up, and asks it for a sign of life.
     * While it is silent nothing else is sent: what waits here may go over another stream, and when its time is over it
     * surely was not done.
     */
    public void sweep(long nowNanos) {
        boolean wasSilent = verdict != SilenceDetector.Verdict.ALIVE;
        verdict = silence.look(heardNanos, echoes, nowNanos);
        boolean goesOn = wasSilent && verdict == SilenceDetector.Verdict.ALIVE;
        pending.takeDueBefore(nowNanos - settings.grace().toNanos(), call -> {
            call.abandon(Refusal.Reason.EXPIRED, "the storage at " + peer + " did not answer before the deadline");
            someEndedUnsent = true;
        });
        pending.forEach(call -> {
            if (call.turnsGivenUp()) {
                givenUp.add(call.id());
            }
        });
        if (established && nowNanos - probedNanos >= SilenceDetector.PROBE_NANOS) {
            probedNanos = nowNanos;
            probe.incrementAndGet();
        }
        if (goesOn || someEndedUnsent || !givenUp.isEmpty() || probe.get() != probeSent) {
            drain.wake();
        }
    }

    /**
     * Sends the calls that the peer has not got, and those that may be done twice, on another stream, the oldest first,
     * and waits for them no longer on this one.
     */
    public void moveTo(ExchangeSession other, long nowNanos) {
        List<PendingCall> moving = new ArrayList<>();
        pending.forEach(call -> {
            if (call.mayMove()) {
                moving.add(call);
            }
        });
        moving.sort(Comparator.comparingLong(PendingCall::id));
        for (PendingCall call : moving) {
            if (pending.take(call)) {
                PendingCall moved = call.moved();
                if (moved == null) {
                    call.unknown("the stream to the storage at " + peer + " became silent when it was sent");
                } else {
                    other.send(moved, nowNanos);
                }
                someEndedUnsent = true;
            }
        }
    }

    /** Ends the stream and every call on it. */
    public void abort(String why) {
        breakOff(why);
        if (opened) {
            cancel(why);
        }
    }

    private void cancel(String why) {
        ClientCallStreamObserver<ExchangeRequest> current = stream;
        if (current != null) {
            current.cancel(why, null);
        }
    }

    private void abandon(PendingCall call, Refusal.Reason reason, String why) {
        if (pending.take(call)) {
            call.abandon(reason, why);
        }
    }

    private void breakOff(String why) {
        if (broken.compareAndSet(false, true)) {
            pending.takeAll(call -> call.abandon(Refusal.Reason.UNREACHABLE, why));
            owner.broken(this, why);
        }
    }

    private void sendWhatWaits() {
        ClientCallStreamObserver<ExchangeRequest> current = stream;
        try {
            if (someEndedUnsent) {
                someEndedUnsent = false;
                unsent.removeIf(call -> !pending.contains(call) && messageOf(call) != null);
            }
            while (current != null && !broken.get() && current.isReady()) {
                ExchangeRequest batch = nextBatch();
                if (batch.getCallsCount() == 0 && batch.getGivenUpCount() == 0 && batch.getProbe() == 0) {
                    return;
                }
                current.onNext(batch);
            }
        } catch (RuntimeException e) {
            // A transport that throws is as good as broken; the calls it was given are of unknown outcome.
            abort("sending to the storage at " + peer + " failed: " + e);
        }
    }

    private ExchangeRequest nextBatch() {
        ExchangeRequest.Builder batch = ExchangeRequest.newBuilder();
        long madeNanos = clock.monotonicNanos();
        int bytes = 0;
        PendingCall call = verdict == SilenceDetector.Verdict.ALIVE ? unsent.peek() : null;
        while (call != null && batch.getCallsCount() < settings.batchCalls()) {
            int size = call.size();
            if (bytes > 0 && bytes + size > settings.batchBytes()) {
                break;
            }
            unsent.remove();
            Call message = messageOf(call);
            if (message != null && pending.contains(call)) {
                bytes += size;
                batch.addCalls(message);
                madeNanos = Math.min(madeNanos, call.preparedNanos());
            }
            call = unsent.peek();
        }
        addNews(batch);
        return batch.setSentMicros(1 + Math.max(0, madeNanos - createdNanos) / 1000)
                .build();
    }

    private void addNews(ExchangeRequest.Builder batch) {
        for (Long id = givenUp.poll(); id != null; id = givenUp.poll()) {
            batch.addGivenUp(id);
        }
        long newest = probe.get();
        if (newest != probeSent) {
            probeSent = newest;
            batch.setProbe(newest);
        }
    }

    /** Takes the message out of a call that leaves the queue. */
    private @Nullable Call messageOf(PendingCall call) {
        unsentBytes.addAndGet(-call.size());
        return call.handOver();
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<ExchangeRequest> requests) {
        // Answers are taken as fast as they come, and there are no more of them than calls: no need to ask for each.
        requests.disableAutoRequestWithInitial(Integer.MAX_VALUE);
        requests.setOnReadyHandler(drain::wake);
        stream = requests;
    }

    @Override
    public void onNext(ExchangeResponse response) {
        heardNanos = clock.monotonicNanos();
        if (response.getEcho() != 0) {
            echoes = true;
        }
        if (verdict != SilenceDetector.Verdict.ALIVE) {
            verdict = SilenceDetector.Verdict.ALIVE;
            drain.wake();
        }
        if (!established) {
            established = true;
            probe.incrementAndGet();
            drain.wake();
            owner.established(this);
        }
        for (Reply reply : response.getRepliesList()) {
            if (reply.hasAssigned()) {
                assigned(reply);
            } else {
                PendingCall call = pending.take(reply.getId());
                if (call != null) {
                    call.end(reply);
                }
            }
        }
    }

    private void assigned(Reply reply) {
        if (!(pending.find(reply.getId()) instanceof PendingCall.OfMutate mutate)) {
            return;
        }
        try {
            mutate.assigned(reply);
        } catch (MalformedException e) {
            if (pending.take(mutate)) {
                mutate.unknown("the answer is malformed: " + e.getMessage());
            }
        }
    }

    @Override
    public void onError(Throwable failure) {
        breakOff("the stream to the storage at " + peer + " broke: "
                + StorageStatus.describe(Status.fromThrowable(failure)));
    }

    @Override
    public void onCompleted() {
        breakOff("the storage at " + peer + " ended the stream");
    }
}
