package io.dotkv.launcher.child;

import io.dotkv.launcher.client.CallFailed;
import io.dotkv.launcher.client.Client;
import io.dotkv.launcher.client.Endpoint;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import java.time.Duration;
import java.util.List;

/** Whether a node serves, by the standard health service. */
public final class Readiness {
    private static final Duration ANSWER = Duration.ofSeconds(2);
    private static final long LOOK_MILLIS = 100;

    private Readiness() {}

    /** Whether the node at the endpoint says that it serves, now. */
    public static boolean serves(Endpoint endpoint) {
        try (Client client = new Client(List.of(endpoint), ANSWER)) {
            return client.read(HealthGrpc.getCheckMethod(), HealthCheckRequest.getDefaultInstance())
                            .getStatus()
                    == ServingStatus.SERVING;
        } catch (CallFailed notYet) {
            return false;
        }
    }

    /** Waits until the child serves at the endpoint; false when it has died or the time is over. */
    public static boolean await(Child child, Endpoint endpoint, long deadlineNanos) throws InterruptedException {
        while (!serves(endpoint)) {
            if (!child.isAlive() || System.nanoTime() - deadlineNanos > 0) {
                return false;
            }
            Thread.sleep(LOOK_MILLIS);
        }
        return true;
    }
}
