package io.dotkv.gossip.grpc;

import com.google.protobuf.UnsafeByteOperations;
import io.dotkv.gossip.DigestEntry;
import io.dotkv.gossip.Exchange;
import io.dotkv.gossip.ExchangeAnswer;
import io.dotkv.gossip.GossipSettings;
import io.dotkv.gossip.Peer;
import io.dotkv.gossip.Rumour;
import io.dotkv.gossip.Version;
import io.dotkv.kernel.Bytes;
import io.dotkv.proto.gossip.v1.ExchangeRequest;
import io.dotkv.proto.gossip.v1.ExchangeResponse;
import java.util.List;
import java.util.Optional;

/**
 * Between messages and the core's types. Decoding refuses with an {@link IllegalArgumentException} whatever the core's
 * types refuse.
 */
final class GossipCodec {
    private static final int MAX_PEERS = 10_000;

    private GossipCodec() {}

    static io.dotkv.proto.gossip.v1.Version encode(Version version) {
        return io.dotkv.proto.gossip.v1.Version.newBuilder()
                .setGeneration(version.generation())
                .setSequence(version.sequence())
                .setPublisher(version.publisher())
                .build();
    }

    static Version decode(io.dotkv.proto.gossip.v1.Version version) {
        return new Version(version.getGeneration(), version.getSequence(), version.getPublisher());
    }

    static io.dotkv.proto.gossip.v1.Rumour encode(Rumour rumour) {
        return io.dotkv.proto.gossip.v1.Rumour.newBuilder()
                .setTopic(rumour.topic())
                .setSubject(rumour.subject())
                .setPayload(UnsafeByteOperations.unsafeWrap(rumour.payload().array()))
                .setVersion(encode(rumour.version()))
                .build();
    }

    static Rumour decode(io.dotkv.proto.gossip.v1.Rumour rumour) {
        return new Rumour(
                rumour.getTopic(),
                rumour.getSubject(),
                Bytes.wrap(rumour.getPayload().toByteArray()),
                decode(rumour.getVersion()));
    }

    private static io.dotkv.proto.gossip.v1.DigestEntry encode(DigestEntry entry) {
        return io.dotkv.proto.gossip.v1.DigestEntry.newBuilder()
                .setTopic(entry.topic())
                .setSubject(entry.subject())
                .setVersion(encode(entry.version()))
                .build();
    }

    private static DigestEntry decode(io.dotkv.proto.gossip.v1.DigestEntry entry) {
        return new DigestEntry(entry.getTopic(), entry.getSubject(), decode(entry.getVersion()));
    }

    static ExchangeRequest encode(Exchange exchange) {
        ExchangeRequest.Builder request = ExchangeRequest.newBuilder()
                .setSender(exchange.sender())
                .setHasDigest(exchange.digest().isPresent());
        exchange.rumours().forEach(rumour -> request.addRumours(encode(rumour)));
        exchange.digest().ifPresent(digest -> digest.forEach(entry -> request.addDigest(encode(entry))));
        return request.build();
    }

    static Exchange decode(ExchangeRequest request) {
        checkCount("rumours", request.getRumoursCount(), GossipSettings.HARD_MAX_SUBJECTS);
        checkCount("digest entries", request.getDigestCount(), GossipSettings.HARD_MAX_SUBJECTS);
        List<Rumour> rumours =
                request.getRumoursList().stream().map(GossipCodec::decode).toList();
        Optional<List<DigestEntry>> digest = request.getHasDigest()
                ? Optional.of(request.getDigestList().stream()
                        .map(GossipCodec::decode)
                        .toList())
                : Optional.empty();
        return new Exchange(request.getSender(), rumours, digest);
    }

    static ExchangeResponse encode(ExchangeAnswer answer) {
        ExchangeResponse.Builder response = ExchangeResponse.newBuilder();
        answer.rumours().forEach(rumour -> response.addRumours(encode(rumour)));
        answer.wanted().forEach(entry -> response.addWanted(encode(entry)));
        return response.build();
    }

    static ExchangeAnswer decode(ExchangeResponse response) {
        checkCount("rumours", response.getRumoursCount(), GossipSettings.HARD_MAX_SUBJECTS);
        checkCount("wanted subjects", response.getWantedCount(), GossipSettings.HARD_MAX_SUBJECTS);
        return new ExchangeAnswer(
                response.getRumoursList().stream().map(GossipCodec::decode).toList(),
                response.getWantedList().stream().map(GossipCodec::decode).toList());
    }

    static io.dotkv.proto.gossip.v1.Peer encode(Peer peer) {
        return io.dotkv.proto.gossip.v1.Peer.newBuilder()
                .setName(peer.name())
                .setAddress(peer.address())
                .build();
    }

    static List<Peer> decodePeers(List<io.dotkv.proto.gossip.v1.Peer> peers) {
        checkCount("peers", peers.size(), MAX_PEERS);
        return peers.stream()
                .map(peer -> new Peer(peer.getName(), peer.getAddress()))
                .toList();
    }

    private static void checkCount(String what, int count, int max) {
        if (count > max) {
            throw new IllegalArgumentException("a message has at most " + max + " " + what + ", this one " + count);
        }
    }
}
