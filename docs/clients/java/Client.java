import io.dotkv.proto.replication.v1.ReplicationServiceGrpc;
import io.dotkv.proto.replication.v1.ReplicationServiceGrpc.ReplicationServiceBlockingStub;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** Calls any of several nodes. Threads may share it. */
final class Client implements AutoCloseable {
    /** What another try, through another node, may cure. Anything else is final. */
    private static final Set<Status.Code> RETRIED = EnumSet.of(
            Status.Code.UNAVAILABLE,
            Status.Code.DEADLINE_EXCEEDED,
            Status.Code.ABORTED,
            Status.Code.RESOURCE_EXHAUSTED);

    private static final long TIMEOUT_MILLIS = 20_000;
    private static final long TRY_TIMEOUT_MILLIS = 2_000;

    final AtomicInteger retries = new AtomicInteger();
    private final List<ManagedChannel> nodes;
    private final AtomicInteger current = new AtomicInteger();

    Client(List<String> endpoints) {
        nodes = endpoints.stream().map(Client::connect).toList();
    }

    private static ManagedChannel connect(String endpoint) {
        return NettyChannelBuilder.forTarget(endpoint)
                .usePlaintext()
                // Notices within 15 s that a machine is gone. A node takes a ping every 5 s at the most.
                .keepAliveTime(10, TimeUnit.SECONDS)
                .keepAliveTimeout(5, TimeUnit.SECONDS)
                .build();
    }

    /** Makes one call; a write has a request id, which makes all tries one write. */
    <R> R call(Function<ReplicationServiceBlockingStub, R> call) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(TIMEOUT_MILLIS);
        for (long pause = 50; ; pause = Math.min(2 * pause, 1_000)) {
            int node = current.get();
            long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            try {
                return call.apply(ReplicationServiceGrpc.newBlockingStub(nodes.get(node))
                        .withDeadlineAfter(Math.min(TRY_TIMEOUT_MILLIS, left), TimeUnit.MILLISECONDS));
            } catch (StatusRuntimeException failure) {
                if (!RETRIED.contains(failure.getStatus().getCode()) || left <= pause) {
                    throw failure;
                }
            }
            // A node that was down is tried again when its turn comes, whatever the backoff of its channel.
            int next = (node + 1) % nodes.size();
            nodes.get(next).resetConnectBackoff();
            current.compareAndSet(node, next);
            retries.incrementAndGet();
            pauseUpTo(pause);
        }
    }

    private static void pauseUpTo(long millis) {
        try {
            Thread.sleep(ThreadLocalRandom.current().nextLong(millis));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    @Override
    public void close() {
        nodes.forEach(ManagedChannel::shutdownNow);
    }
}
