package io.dotkv.cluster.local;

import io.dotkv.cluster.ClusterPorts;
import io.dotkv.cluster.ClusterStore.Document;
import io.dotkv.cluster.ClusterStore.Saved;
import io.dotkv.cluster.bootstrap.Promises;
import io.dotkv.cluster.register.format.RegisterFormat;
import io.dotkv.cluster.register.paxos.Accepted;
import io.dotkv.cluster.register.paxos.AcceptorRecord;
import io.dotkv.cluster.register.state.AcceptorId;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.encoding.MalformedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Begins the next life of a node on what its disk has: its incarnation is raised and durable before it is used, and so
 * is the start of an acceptor whose disk may have forgotten something.
 */
final class StateLoader {
    private static final int INSTANCE_BYTES = 16;

    private final NodeId self;
    private final ClusterPorts ports;

    StateLoader(NodeId self, ClusterPorts ports) {
        this.self = self;
        this.ports = ports;
    }

    /** A form of a document that decodes it or refuses. */
    private interface Form<T> {
        T decode(byte[] content) throws MalformedException;
    }

    /**
     * What a node begins with.
     *
     * @param state what was saved, its incarnation already raised for this start
     * @param agreed the agreement that was saved, if any was
     * @param acceptor the record of its acceptor, on disk already
     * @param life 64 random bits of this process
     */
    record Start(DurableState state, Optional<Accepted> agreed, AcceptorRecord acceptor, long life) {}

    Start begin() throws IOException {
        Optional<Saved> members = ports.store().load(Document.MEMBERS);
        DurableState state = members.isEmpty()
                ? empty()
                : decoded(members.get(), content -> DurableState.decode(Bytes.wrap(content)))
                        .nextIncarnation();
        Optional<Saved> chosen = ports.store().load(Document.AGREED);
        if (members.isEmpty() && (chosen.isPresent() || hasPromised())) {
            throw damaged("its identity and its members are missing", null);
        }
        Optional<Accepted> agreed = chosen.isEmpty()
                ? Optional.empty()
                : Optional.of(decoded(chosen.get(), RegisterFormat::decodeAccepted));
        // The record first: an instance without one has forgotten what it promised.
        AcceptorRecord acceptor = acceptor(state.instance(), members.isPresent());
        ports.store().save(Document.MEMBERS, state.encode());
        return new Start(state, agreed, acceptor, randomLong());
    }

    private DurableState empty() {
        String instance = HexFormat.of().formatHex(ports.secureBytes().apply(INSTANCE_BYTES));
        return new DurableState(instance, 1, 0, Optional.empty(), Promises.NONE, List.of());
    }

    /**
     * Whether there is the record of an acceptor that has done anything: it is saved before the members when a disk is
     * new.
     */
    private boolean hasPromised() throws IOException {
        Optional<Saved> saved = ports.store().load(Document.ACCEPTOR);
        if (saved.isEmpty()) {
            return false;
        }
        AcceptorRecord record = decoded(saved.get(), RegisterFormat::decodeRecord);
        return !record.equals(AcceptorRecord.empty(record.self()));
    }

    private AcceptorRecord acceptor(String instance, boolean isOld) throws IOException {
        AcceptorId id = new AcceptorId(self, instance);
        Optional<Saved> saved = ports.store().load(Document.ACCEPTOR);
        if (saved.isEmpty() && isOld) {
            throw damaged("the record of its acceptor is missing", null);
        }
        if (saved.isPresent()) {
            AcceptorRecord record = decoded(saved.get(), RegisterFormat::decodeRecord);
            if (record.self().equals(id)) {
                return saved.get().isCopy() ? saved(record.nextStart(randomLong())) : record;
            }
        }
        return saved(AcceptorRecord.empty(id));
    }

    private AcceptorRecord saved(AcceptorRecord record) throws IOException {
        ports.store().save(Document.ACCEPTOR, Bytes.wrap(RegisterFormat.encode(record)));
        return record;
    }

    private long randomLong() {
        return ByteBuffer.wrap(ports.secureBytes().apply(Long.BYTES)).getLong();
    }

    private <T> T decoded(Saved saved, Form<T> form) throws IOException {
        try {
            return form.decode(saved.content().array());
        } catch (MalformedException e) {
            throw damaged(String.valueOf(e.getMessage()), e);
        }
    }

    private IOException damaged(String why, @Nullable MalformedException cause) {
        return new IOException(
                "The saved state of the cluster layer of node " + self + " is damaged: " + why
                        + ". Nothing was changed. Do not restore an older copy of the file. Move the node's "
                        + "whole data folder away, and the node starts empty under its name and is refilled.",
                cause);
    }
}
