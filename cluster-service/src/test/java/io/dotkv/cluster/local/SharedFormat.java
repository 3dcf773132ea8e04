package io.dotkv.cluster.local;

import io.dotkv.cluster.Member;
import io.dotkv.cluster.MemberFormat;
import io.dotkv.cluster.grpc.ProtoMemberFormat;
import io.dotkv.kernel.Bytes;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The real form of member records, read once for all nodes of a simulation instead of once in each; sees all that is
 * published.
 */
final class SharedFormat implements MemberFormat {
    private static final int KEPT = 50_000;

    private final Consumer<Member> onAnnounced;
    private final MemberFormat real = new ProtoMemberFormat();
    private final Map<Bytes, Announcement> read = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Bytes, Announcement> eldest) {
            return size() > KEPT;
        }
    };

    SharedFormat(Consumer<Member> onAnnounced) {
        this.onAnnounced = onAnnounced;
    }

    @Override
    public Bytes write(Announcement announcement) {
        onAnnounced.accept(announcement.member());
        return real.write(announcement);
    }

    @Override
    public Announcement read(Bytes payload) {
        return read.computeIfAbsent(payload, real::read);
    }
}
