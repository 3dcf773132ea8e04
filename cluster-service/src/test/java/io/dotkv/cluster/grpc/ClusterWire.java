package io.dotkv.cluster.grpc;

import io.dotkv.cluster.ClusterPeer.IndirectProbe;
import io.dotkv.cluster.ClusterPeer.Knowledge;
import io.dotkv.cluster.ClusterPeer.Probe;
import io.dotkv.cluster.ClusterPeer.ProbeAnswer;
import io.dotkv.cluster.Member;
import java.util.Optional;

/** How long the messages of the cluster layer are on the wire, without the frames of gRPC. */
public final class ClusterWire {
    private ClusterWire() {}

    /** The request. */
    public static int sizeBytes(Probe probe) {
        return ClusterCodec.encode(probe).getSerializedSize();
    }

    /** The answer. */
    public static int sizeBytes(ProbeAnswer answer) {
        return ClusterCodec.encode(answer).getSerializedSize();
    }

    /** The request. */
    public static int sizeBytes(IndirectProbe probe) {
        return ClusterCodec.encode(probe).getSerializedSize();
    }

    /** The answer to an indirect probe. */
    public static int sizeOfFound(Optional<Member> found) {
        return ClusterCodec.encodeSeen(found).getSerializedSize();
    }

    /** The request, and about the answer. */
    public static int sizeBytes(Knowledge knowledge) {
        return ClusterCodec.encodeRequest(knowledge).getSerializedSize();
    }
}
