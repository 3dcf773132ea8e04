package io.dotkv.replication.grpc;

import java.time.Duration;

/**
 * How the service meets its clients.
 *
 * @param defaultDeadlineNanos how long an operation may take when the client does not say
 * @param maxDeadlineNanos how long it may take at most, whatever the client says
 * @param maxValueBytes the largest value that is taken
 * @param pipelineInFlight how many operations one pipeline may have in flight; more are left waiting with the client
 * @param maxWaitingAnswerBytes how many bytes of answers may wait for the clients of all pipelines to take them; a
 *     larger value that finds no room is answered by a failure
 */
public record ReplicationGrpcSettings(
        long defaultDeadlineNanos,
        long maxDeadlineNanos,
        int maxValueBytes,
        int pipelineInFlight,
        long maxWaitingAnswerBytes) {
    /** What a node uses that is told nothing else. */
    public static ReplicationGrpcSettings defaults() {
        return new ReplicationGrpcSettings(
                Duration.ofSeconds(5).toNanos(), Duration.ofSeconds(60).toNanos(), 1 << 20, 1024, 32L << 20);
    }
}
