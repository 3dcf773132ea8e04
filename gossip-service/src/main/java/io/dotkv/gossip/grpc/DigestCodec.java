package io.dotkv.gossip.grpc;

import io.dotkv.gossip.rumour.Digest;
import io.dotkv.gossip.rumour.DigestEntry;
import io.dotkv.gossip.rumour.RangeHashes;
import io.dotkv.gossip.rumour.SubjectRange;
import java.util.List;

/** Between messages and what is said in a comparison. Decoding refuses as {@link GossipCodec} does. */
final class DigestCodec {
    /** The ranges of a digest that lists everything. */
    static final List<io.dotkv.proto.gossip.v1.SubjectRange> EVERYTHING = List.of(encode(SubjectRange.ALL));

    private DigestCodec() {}

    static io.dotkv.proto.gossip.v1.SubjectRange encode(SubjectRange range) {
        return io.dotkv.proto.gossip.v1.SubjectRange.newBuilder()
                .setDepth(range.depth())
                .setPrefix(range.prefix())
                .build();
    }

    private static SubjectRange decode(io.dotkv.proto.gossip.v1.SubjectRange range) {
        return new SubjectRange(range.getDepth(), range.getPrefix());
    }

    static io.dotkv.proto.gossip.v1.RangeHashes encode(RangeHashes hashes) {
        return io.dotkv.proto.gossip.v1.RangeHashes.newBuilder()
                .setRange(encode(hashes.range()))
                .addAllHashes(hashes.hashes())
                .build();
    }

    private static RangeHashes decode(io.dotkv.proto.gossip.v1.RangeHashes hashes) {
        return new RangeHashes(decode(hashes.getRange()), hashes.getHashesList());
    }

    static io.dotkv.proto.gossip.v1.DigestEntry encode(DigestEntry entry) {
        return io.dotkv.proto.gossip.v1.DigestEntry.newBuilder()
                .setTopic(entry.topic())
                .setSubject(entry.subject())
                .setVersion(GossipCodec.encode(entry.version()))
                .build();
    }

    private static DigestEntry decode(io.dotkv.proto.gossip.v1.DigestEntry entry) {
        return new DigestEntry(entry.getTopic(), entry.getSubject(), GossipCodec.decode(entry.getVersion()));
    }

    static Digest decode(
            List<io.dotkv.proto.gossip.v1.RangeHashes> hashes,
            List<io.dotkv.proto.gossip.v1.SubjectRange> listed,
            List<io.dotkv.proto.gossip.v1.DigestEntry> entries,
            List<io.dotkv.proto.gossip.v1.DigestEntry> wanted) {
        GossipCodec.checkCount("hashes of ranges", hashes.size(), Digest.MAX_ITEMS);
        GossipCodec.checkCount("listed ranges", listed.size(), Digest.MAX_ITEMS);
        GossipCodec.checkCount("digest entries", entries.size(), Digest.MAX_ITEMS);
        GossipCodec.checkCount("wanted subjects", wanted.size(), Digest.MAX_ITEMS);
        return new Digest(
                GossipCodec.all(hashes, DigestCodec::decode),
                GossipCodec.all(listed, DigestCodec::decode),
                GossipCodec.all(entries, DigestCodec::decode),
                GossipCodec.all(wanted, DigestCodec::decode));
    }
}
