package io.dotkv.replication.grpc;

import com.google.rpc.Code;
import io.dotkv.kernel.ports.Clock;
import io.dotkv.proto.replication.v1.DeleteResponse;
import io.dotkv.proto.replication.v1.Failure;
import io.dotkv.proto.replication.v1.GetResponse;
import io.dotkv.proto.replication.v1.PipelineRequest;
import io.dotkv.proto.replication.v1.PipelineResponse;
import io.dotkv.proto.replication.v1.PutResponse;
import io.dotkv.proto.replication.v1.ReadResponse;
import io.dotkv.proto.replication.v1.UpdateResponse;
import io.dotkv.replication.grpc.codec.StatusTable;
import io.dotkv.wire.SerialTask;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One pipeline: operations come in on the stream's thread, answers go out as each ends, from whatever thread brings
 * them.
 *
 * <p>Only one thread at a time writes to the stream, and only while it is ready: others leave their answer in the
 * queue. An operation is in flight until its answer has been handed to the stream, and for each that is, one more is
 * asked of the client. So the queue is bounded by the number in flight, and a client that does not read its answers is
 * not listened to. Its bytes are bounded by the room that all pipelines share: a value for which there is none is not
 * answered, but a failure in its place.
 */
final class PipelineSession implements StreamObserver<PipelineRequest> {
    private final ReplicationCalls calls;
    private final Clock clock;
    private final ReplicationGrpcSettings settings;
    private final ServerCallStreamObserver<PipelineResponse> out;
    private final AnswerRoom room;
    private final Queue<PipelineResponse> answers = new ConcurrentLinkedQueue<>();
    private final Set<Slot<?>> running = ConcurrentHashMap.newKeySet();
    private final AtomicInteger inFlight = new AtomicInteger();
    private final SerialTask writer = new SerialTask(Runnable::run, this::write);
    private long handedBytes;
    private volatile boolean halfClosed;
    private volatile boolean over;

    PipelineSession(
            ReplicationCalls calls,
            Clock clock,
            ReplicationGrpcSettings settings,
            AnswerRoom room,
            ServerCallStreamObserver<PipelineResponse> out) {
        this.calls = calls;
        this.clock = clock;
        this.settings = settings;
        this.room = room;
        this.out = out;
    }

    void begin() {
        out.disableAutoRequest();
        out.setOnReadyHandler(writer::wake);
        out.setOnCancelHandler(this::abandon);
        out.request(settings.pipelineInFlight());
    }

    @Override
    public void onNext(PipelineRequest request) {
        inFlight.incrementAndGet();
        long id = request.getId();
        long deadlineNanos = clock.monotonicNanos() + timeoutNanos(request) - PossibleAge.nanos();
        switch (request.getOperationCase()) {
            case PUT ->
                calls.put(request.getPut(), deadlineNanos, new Slot<PutResponse>(id, PipelineResponse.Builder::setPut));
            case GET ->
                calls.get(request.getGet(), deadlineNanos, new Slot<GetResponse>(id, PipelineResponse.Builder::setGet));
            case DELETE ->
                calls.delete(
                        request.getDelete(),
                        deadlineNanos,
                        new Slot<DeleteResponse>(id, PipelineResponse.Builder::setDelete));
            case UPDATE ->
                calls.update(
                        request.getUpdate(),
                        deadlineNanos,
                        new Slot<UpdateResponse>(id, PipelineResponse.Builder::setUpdate));
            case READ ->
                calls.read(
                        request.getRead(),
                        deadlineNanos,
                        new Slot<ReadResponse>(id, PipelineResponse.Builder::setRead));
            case OPERATION_NOT_SET ->
                new Slot<>(id, (builder, none) -> {})
                        .failed(com.google.rpc.Status.newBuilder()
                                .setCode(Code.INVALID_ARGUMENT_VALUE)
                                .setMessage(
                                        "Operation " + Long.toUnsignedString(id)
                                                + " was refused and nothing was done: it is neither a put, nor a get, nor a delete, nor an update, nor a read.")
                                .build());
        }
    }

    @Override
    public void onError(Throwable gone) {
        abandon();
    }

    @Override
    public void onCompleted() {
        halfClosed = true;
        writer.wake();
    }

    private long timeoutNanos(PipelineRequest request) {
        long millis = Integer.toUnsignedLong(request.getTimeoutMillis());
        return millis == 0
                ? settings.defaultDeadlineNanos()
                : Math.min(TimeUnit.MILLISECONDS.toNanos(millis), settings.maxDeadlineNanos());
    }

    /** Queues an answer that has room. */
    private void answer(PipelineResponse response) {
        answers.add(response);
        writer.wake();
    }

    /** Writes the answers that wait; the writer runs it. */
    private void write() {
        int written = 0;
        while (!over && out.isReady()) {
            // The transport has sent what it was handed before, all but a little.
            room.give(handedBytes);
            handedBytes = 0;
            PipelineResponse next = answers.poll();
            if (next == null) {
                break;
            }
            handedBytes = next.getSerializedSize();
            out.onNext(next);
            written++;
        }
        if (over) {
            forget();
            return;
        }
        if (written > 0) {
            inFlight.addAndGet(-written);
            out.request(written);
        }
        if (halfClosed && inFlight.get() == 0) {
            over = true;
            out.onCompleted();
        }
    }

    private void forget() {
        room.give(handedBytes);
        handedBytes = 0;
        for (PipelineResponse unsent = answers.poll(); unsent != null; unsent = answers.poll()) {
            room.give(unsent.getSerializedSize());
        }
    }

    /** The client is gone: what is not begun is not to be, the rest ends by itself, and nobody hears of it. */
    private void abandon() {
        over = true;
        running.forEach(Slot::giveUp);
        writer.wake();
    }

    /** Where the answer to one operation goes. */
    private final class Slot<T> implements RpcAnswer<T> {
        private final long id;
        private final BiConsumer<PipelineResponse.Builder, T> arm;
        private volatile @Nullable CompletionStage<?> operation;

        Slot(long id, BiConsumer<PipelineResponse.Builder, T> arm) {
            this.id = id;
            this.arm = arm;
        }

        @Override
        public void begun(CompletionStage<?> started) {
            operation = started;
            running.add(this);
            if (over) {
                giveUp();
            }
        }

        void giveUp() {
            CompletionStage<?> started = operation;
            if (started != null) {
                started.toCompletableFuture().cancel(false);
            }
        }

        @Override
        public void done(T response) {
            running.remove(this);
            PipelineResponse.Builder builder = PipelineResponse.newBuilder().setId(id);
            arm.accept(builder, response);
            PipelineResponse whole = builder.build();
            if (room.take(whole.getSerializedSize())) {
                answer(whole);
            } else {
                failed(StatusTable.tooManyAnswers());
            }
        }

        @Override
        public void failed(com.google.rpc.Status status) {
            running.remove(this);
            PipelineResponse failure = PipelineResponse.newBuilder()
                    .setId(id)
                    .setFailure(Failure.newBuilder()
                            .setCode(status.getCode())
                            .setMessage(status.getMessage())
                            .addAllDetails(status.getDetailsList()))
                    .build();
            var _ = room.take(failure.getSerializedSize());
            answer(failure);
        }
    }
}
