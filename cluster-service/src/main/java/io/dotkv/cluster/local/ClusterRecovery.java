package io.dotkv.cluster.local;

import io.dotkv.cluster.ClusterStore;
import io.dotkv.cluster.ClusterStore.Document;
import io.dotkv.cluster.ClusterStore.Saved;
import io.dotkv.cluster.layout.Formation;
import io.dotkv.cluster.register.format.RegisterFormat;
import io.dotkv.cluster.register.paxos.Accepted;
import io.dotkv.cluster.register.paxos.AcceptorRecord;
import io.dotkv.cluster.register.paxos.Recovery;
import io.dotkv.cluster.register.state.ClusterState;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.encoding.MalformedException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Lets the cluster register begin anew on the disk of a member that is not running, see {@link Recovery}. */
public final class ClusterRecovery {
    private final ClusterStore store;

    /** @param store the disk of the survivor */
    public ClusterRecovery(ClusterStore store) {
        this.store = store;
    }

    /** What the survivor knows: itself, and who accepts. */
    public record Survivor(NodeId node, ClusterState state) {}

    /**
     * What is on the disk.
     *
     * @throws IOException when there is nothing, or it is damaged; says so
     */
    public Survivor survivor() throws IOException {
        return new Survivor(record().self().node(), known().state());
    }

    /**
     * Makes that member the only acceptor.
     *
     * @param lost the members that will not come back; they are removed
     * @param life 64 random bits
     * @return the state that the cluster goes on from
     * @throws IllegalArgumentException with a sentence, when that makes no sense; nothing was changed then
     */
    public ClusterState recover(List<NodeId> lost, long life) throws IOException {
        Recovery recovery = Recovery.of(known(), record(), lost, life);
        store.save(Document.ACCEPTOR, Bytes.wrap(RegisterFormat.encode(recovery.record())));
        store.save(Document.AGREED, Bytes.wrap(RegisterFormat.encode(recovery.agreement())));
        return recovery.agreement().state();
    }

    private Accepted known() throws IOException {
        try {
            Optional<Saved> agreed = store.load(Document.AGREED);
            if (agreed.isPresent()) {
                return RegisterFormat.decodeAccepted(agreed.get().content().array());
            }
            Formation formation = DurableState.decode(store.load(Document.MEMBERS)
                            .orElseThrow(ClusterRecovery::nothing)
                            .content())
                    .formation()
                    .orElseThrow(ClusterRecovery::nothing);
            return Accepted.first(ClusterState.first(formation));
        } catch (MalformedException e) {
            throw new IOException("The saved state of the cluster layer is damaged: " + e.getMessage(), e);
        }
    }

    private AcceptorRecord record() throws IOException {
        try {
            return RegisterFormat.decodeRecord(store.load(Document.ACCEPTOR)
                    .orElseThrow(ClusterRecovery::nothing)
                    .content()
                    .array());
        } catch (MalformedException e) {
            throw new IOException("The saved state of the cluster layer is damaged: " + e.getMessage(), e);
        }
    }

    private static IOException nothing() {
        return new IOException("There is no member of a cluster in this folder");
    }
}
