package io.dotkv.launcher.bench;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import io.dotkv.proto.replication.v1.Consistency;
import io.dotkv.proto.replication.v1.GetRequest;
import io.dotkv.proto.replication.v1.GetResponse;
import io.dotkv.proto.replication.v1.PipelineRequest;
import io.dotkv.proto.replication.v1.PipelineResponse;
import io.dotkv.proto.replication.v1.Presence;
import io.dotkv.proto.replication.v1.PutRequest;
import io.dotkv.proto.replication.v1.PutResponse;
import io.dotkv.proto.replication.v1.ReplicationServiceGrpc.ReplicationServiceImplBase;
import io.dotkv.proto.replication.v1.Value;
import io.dotkv.proto.storage.v1.ApplyRequest;
import io.dotkv.proto.storage.v1.Call;
import io.dotkv.proto.storage.v1.Delta;
import io.dotkv.proto.storage.v1.Leaf;
import io.dotkv.proto.storage.v1.ReadRequest;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.function.Consumer;

/**
 * A coordinator that does nothing but pass messages on: the same messages over the same paths as a real one, to
 * replicas that only acknowledge, itself being one of three. Touched from the event loop only.
 */
final class FloorCoordinator extends ReplicationServiceImplBase {
    private static final String CONTEXT = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4v";
    private static final String REQUEST_ID = "00000000-0000-0000-0000-000000000000";
    private static final long TIMEOUT_MICROS = 5_000_000;

    private final List<FloorPeer> peers;
    private final FloorReplica own;

    FloorCoordinator(List<FloorPeer> peers, FloorReplica own) {
        this.peers = List.copyOf(peers);
        this.own = own;
    }

    /** Runs the task when so many of the other replicas have answered as the level asks for beside this one. */
    private static Runnable after(Consistency level, Runnable task) {
        int needed = switch (level) {
            case ONE -> 0;
            case TWO, QUORUM, CONSISTENCY_UNSPECIFIED, UNRECOGNIZED -> 1;
            case ALL -> 2;
        };
        if (needed == 0) {
            task.run();
        }
        return new Runnable() {
            private int answers;

            @Override
            public void run() {
                answers++;
                if (answers == needed) {
                    task.run();
                }
            }
        };
    }

    private void put(PutRequest request, Consumer<PutResponse> answer) {
        Delta delta = Delta.newBuilder()
                .setKey(request.getRawKey())
                .addLeaves(Leaf.newBuilder()
                        .setDot(FloorReplica.DOT)
                        .setTime(1L << 50)
                        .setPayload(request.getRawValue()))
                .setContext(FloorReplica.CONTEXT)
                .addEvents(FloorReplica.DOT)
                .build();
        ApplyRequest apply = ApplyRequest.newBuilder()
                .setPlacement(1)
                .setDelta(delta)
                .setRequestId(REQUEST_ID)
                .setTimeoutMicros(TIMEOUT_MICROS)
                .build();
        Runnable answered = after(request.getConsistency(), () -> answer.accept(stored()));
        peers.forEach(peer -> peer.call(Call.newBuilder().setApply(apply), answered));
    }

    private static PutResponse stored() {
        return PutResponse.newBuilder()
                .setContext(CONTEXT)
                .setReplaced(1)
                .addAcknowledgedBy("n1")
                .addAcknowledgedBy("n2")
                .setRequestId(REQUEST_ID)
                .build();
    }

    private void get(GetRequest request, Consumer<GetResponse> answer) {
        ReadRequest read = ReadRequest.newBuilder()
                .setPlacement(1)
                .setKey(request.getRawKey())
                .setTimeoutMicros(TIMEOUT_MICROS)
                .build();
        Runnable answered = after(request.getConsistency(), () -> answer.accept(found()));
        int asked = request.getConsistency() == Consistency.ALL ? 2 : 1;
        peers.stream().limit(asked).forEach(peer -> peer.call(Call.newBuilder().setRead(read), answered));
    }

    private GetResponse found() {
        ByteString payload = own.row().getLeaves(0).getPayload();
        return GetResponse.newBuilder()
                .setPresence(Presence.FOUND)
                .addValues(Value.newBuilder()
                        .setRawValue(payload)
                        .setWrittenAt(Timestamp.newBuilder().setSeconds(1))
                        .setDot("1.1:123456"))
                .setContext(CONTEXT)
                .addAnsweredBy("n1")
                .addAnsweredBy("n2")
                .build();
    }

    @Override
    public void put(PutRequest request, StreamObserver<PutResponse> answers) {
        put(request, answer -> end(answers, answer));
    }

    @Override
    public void get(GetRequest request, StreamObserver<GetResponse> answers) {
        get(request, answer -> end(answers, answer));
    }

    private static <T> void end(StreamObserver<T> answers, T answer) {
        answers.onNext(answer);
        answers.onCompleted();
    }

    @Override
    public StreamObserver<PipelineRequest> pipeline(StreamObserver<PipelineResponse> answers) {
        return new StreamObserver<>() {
            @Override
            public void onNext(PipelineRequest request) {
                PipelineResponse.Builder response =
                        PipelineResponse.newBuilder().setId(request.getId());
                if (request.hasPut()) {
                    put(
                            request.getPut(),
                            put -> answers.onNext(response.setPut(put).build()));
                } else {
                    get(
                            request.getGet(),
                            get -> answers.onNext(response.setGet(get).build()));
                }
            }

            @Override
            public void onError(Throwable broken) {
                // The client has gone; there is nobody to tell.
            }

            @Override
            public void onCompleted() {
                answers.onCompleted();
            }
        };
    }
}
