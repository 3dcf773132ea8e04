package io.dotkv.replication.converge;

import io.dotkv.kernel.Key;
import io.dotkv.kernel.PartitionId;
import io.dotkv.kernel.Row;
import io.dotkv.replication.ports.ReplicationPorts;
import io.dotkv.replication.ports.RequestCounters;
import io.dotkv.replication.route.KeyText;
import io.dotkv.replication.route.ReplicaClient;
import io.dotkv.replication.route.Topology;
import io.dotkv.storage.Outcome;
import io.dotkv.storage.Requests;
import io.dotkv.storage.RowRepair;
import io.dotkv.storage.Storage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gets rows that the own storage cannot read from the other replicas: asks the storage now and then which those are,
 * reads each key from all others, and gives the storage the join.
 *
 * <p>All others are asked, and at first all must answer; after a while N − W + 1 are enough, W being a majority, since
 * every acknowledged write has a holder among so many. An event that only the damaged row had is waited for, and given
 * up after a longer while.
 *
 * <p>On the scheduler of the layer only.
 */
public final class RowRepairer {
    private static final Logger LOG = LoggerFactory.getLogger(RowRepairer.class);
    private static final long LOOK_NANOS = Duration.ofSeconds(1).toNanos();
    private static final long RETRY_NANOS = Duration.ofSeconds(2).toNanos();
    private static final long READ_NANOS = Duration.ofSeconds(5).toNanos();
    private static final long ALL_ANSWER_NANOS = Duration.ofSeconds(10).toNanos();
    private static final long EVENTS_COME_NANOS = Duration.ofSeconds(60).toNanos();
    private static final int AT_ONCE = 16;

    private final Storage own;
    private final ReplicationPorts surroundings;
    private final RequestCounters counters;
    private final Map<Key, Patient> patients = new LinkedHashMap<>();
    private @Nullable Topology topology;
    private long lookNanos;
    private boolean looking;
    private int running;

    /** A key whose row is damaged. */
    private static final class Patient {
        private final Key key;
        private final long sinceNanos;
        private final List<Row> rows = new ArrayList<>();
        private long dueNanos;
        private int unanswered;
        private boolean treated;
        private boolean isTold;

        private Patient(Key key, long nowNanos) {
            this.key = key;
            this.sinceNanos = nowNanos;
            this.dueNanos = nowNanos;
        }
    }

    public RowRepairer(Storage own, ReplicationPorts surroundings, RequestCounters counters) {
        this.own = own;
        this.surroundings = surroundings;
        this.counters = counters;
    }

    /** The cluster is this now. */
    public void topology(Topology newer) {
        topology = newer;
    }

    /** Looks for damaged rows, and begins what is due. */
    public void tick() {
        Topology current = topology;
        long nowNanos = nowNanos();
        if (current == null || !own.isReachable()) {
            return;
        }
        if (!looking && lookNanos - nowNanos <= 0) {
            looking = true;
            ReplicaClient.onEnd(
                    own.damaged(), outcome -> surroundings.scheduler().execute(() -> looked(outcome)));
        }
        for (Patient patient : List.copyOf(patients.values())) {
            if (!patient.treated && patient.dueNanos - nowNanos <= 0 && running < AT_ONCE) {
                begin(patient, current);
            }
        }
    }

    private void looked(Outcome<List<Key>> outcome) {
        looking = false;
        lookNanos = nowNanos() + LOOK_NANOS;
        if (outcome instanceof Outcome.Done<List<Key>>(List<Key> damaged)) {
            Set<Key> keys = Set.copyOf(damaged);
            patients.values().removeIf(patient -> !patient.treated && !keys.contains(patient.key));
            for (Key key : damaged) {
                patients.computeIfAbsent(key, unknown -> new Patient(unknown, nowNanos()));
            }
        }
    }

    private void begin(Patient patient, Topology current) {
        PartitionId partition = current.partitioning().partitionOf(patient.key);
        List<ReplicaClient> others = new ArrayList<>();
        for (ReplicaClient replica : current.preferred(partition)) {
            if (!replica.isOwn()) {
                others.add(replica);
            }
        }
        if (others.isEmpty()) {
            LOG.error("The row of key {} is damaged, and no other node has a copy.", KeyText.of(patient.key));
            patient.dueNanos = nowNanos() + Duration.ofHours(1).toNanos();
            return;
        }
        patient.treated = true;
        patient.rows.clear();
        patient.unanswered = others.size();
        running++;
        Requests.Read read = new Requests.Read(current.placement(), patient.key, nowNanos() + READ_NANOS);
        for (ReplicaClient replica : others) {
            replica.read(
                    read,
                    outcome ->
                            surroundings.scheduler().execute(() -> answered(patient, current, others.size(), outcome)));
        }
    }

    private void answered(Patient patient, Topology current, int others, Outcome<Row> outcome) {
        if (outcome instanceof Outcome.Done<Row>(Row row)) {
            patient.rows.add(row);
        }
        patient.unanswered--;
        if (patient.unanswered > 0) {
            return;
        }
        long age = nowNanos() - patient.sinceNanos;
        boolean isEnough = patient.rows.size() == others
                || (age > ALL_ANSWER_NANOS && patient.rows.size() >= Topology.donors(others + 1));
        if (isEnough) {
            mend(patient, current, age > EVENTS_COME_NANOS);
        } else {
            if (age > EVENTS_COME_NANOS && !patient.isTold) {
                patient.isTold = true;
                LOG.error(
                        "The row of key {} is damaged and cannot be repaired yet: of {} other replicas {} "
                                + "returned theirs, and {} are needed. It is retried.",
                        KeyText.of(patient.key),
                        others,
                        patient.rows.size(),
                        Topology.donors(others + 1));
            }
            again(patient);
        }
    }

    private void mend(Patient patient, Topology current, boolean acceptsLoss) {
        Row joined = patient.rows.stream().reduce(Row.EMPTY, Row::join);
        Requests.Mend request =
                new Requests.Mend(current.placement(), patient.key, joined, acceptsLoss, nowNanos() + READ_NANOS);
        ReplicaClient.onEnd(
                own.mend(request),
                outcome -> surroundings.scheduler().execute(() -> mended(patient, request, outcome)));
    }

    private void mended(Patient patient, Requests.Mend request, Outcome<RowRepair> outcome) {
        if (outcome instanceof Outcome.Done<RowRepair>(RowRepair mended) && mended != RowRepair.EVENTS_MISSING) {
            patients.remove(patient.key);
            running--;
            if (mended == RowRepair.REPLACED) {
                counters.rowsMended.increment();
                LOG.warn(
                        "The row of key {} was damaged and has been repaired from the other replicas{}.",
                        KeyText.of(patient.key),
                        request.acceptsLoss() ? "; a write that only this node may have had is lost" : "");
            }
            return;
        }
        again(patient);
    }

    private void again(Patient patient) {
        patient.treated = false;
        patient.dueNanos = nowNanos() + RETRY_NANOS;
        running--;
    }

    private long nowNanos() {
        return surroundings.clock().monotonicNanos();
    }
}
