package io.dotkv.gossip.grpc;

import com.google.protobuf.UnsafeByteOperations;
import io.dotkv.gossip.GossipExchange;
import io.dotkv.gossip.GossipExchangeAnswer;
import io.dotkv.gossip.Peer;
import io.dotkv.gossip.rumour.Digest;
import io.dotkv.gossip.rumour.Rumour;
import io.dotkv.gossip.rumour.RumourSettings;
import io.dotkv.gossip.rumour.SubjectRange;
import io.dotkv.gossip.rumour.Version;
import io.dotkv.kernel.Bytes;
import io.dotkv.proto.gossip.v1.ExchangeRequest;
import io.dotkv.proto.gossip.v1.ExchangeResponse;
import java.util.List;
import java.util.function.Function;

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
                .setLapsesAtMillis(rumour.lapsesAtMillis() == Rumour.NEVER ? 0 : rumour.lapsesAtMillis())
                .build();
    }

    static Rumour decode(io.dotkv.proto.gossip.v1.Rumour rumour) {
        return new Rumour(
                rumour.getTopic(),
                rumour.getSubject(),
                Bytes.wrap(rumour.getPayload().toByteArray()),
                decode(rumour.getVersion()),
                rumour.getLapsesAtMillis() == 0 ? Rumour.NEVER : rumour.getLapsesAtMillis());
    }

    static ExchangeRequest encode(GossipExchange exchange) {
        Digest digest = exchange.digest();
        return ExchangeRequest.newBuilder()
                .setSender(exchange.sender())
                .addAllRumours(all(exchange.rumours(), GossipCodec::encode))
                .addAllHashes(all(digest.hashes(), DigestCodec::encode))
                .addAllDigestRanges(all(digest.listed(), DigestCodec::encode))
                .addAllDigest(all(digest.entries(), DigestCodec::encode))
                .setHasDigest(digest.listed().contains(SubjectRange.ALL))
                .addAllWanted(all(digest.wanted(), DigestCodec::encode))
                .build();
    }

    static GossipExchange decode(ExchangeRequest request) {
        checkCount("rumours", request.getRumoursCount(), RumourSettings.MAX_RUMOURS);
        Digest digest = DigestCodec.decode(
                request.getHashesList(),
                request.getHasDigest() ? DigestCodec.EVERYTHING : request.getDigestRangesList(),
                request.getDigestList(),
                request.getWantedList());
        return new GossipExchange(request.getSender(), all(request.getRumoursList(), GossipCodec::decode), digest);
    }

    static ExchangeResponse encode(GossipExchangeAnswer answer) {
        Digest digest = answer.digest();
        return ExchangeResponse.newBuilder()
                .addAllRumours(all(answer.rumours(), GossipCodec::encode))
                .addAllHashes(all(digest.hashes(), DigestCodec::encode))
                .addAllDigestRanges(all(digest.listed(), DigestCodec::encode))
                .addAllDigest(all(digest.entries(), DigestCodec::encode))
                .addAllWanted(all(digest.wanted(), DigestCodec::encode))
                .setRefused(answer.refused())
                .build();
    }

    static GossipExchangeAnswer decode(ExchangeResponse response) {
        checkCount("rumours", response.getRumoursCount(), RumourSettings.MAX_RUMOURS);
        Digest digest = DigestCodec.decode(
                response.getHashesList(),
                response.getDigestRangesList(),
                response.getDigestList(),
                response.getWantedList());
        return new GossipExchangeAnswer(
                all(response.getRumoursList(), GossipCodec::decode), digest, response.getRefused());
    }

    static <A, B> List<B> all(List<A> items, Function<A, B> convert) {
        return items.stream().map(convert).toList();
    }

    static io.dotkv.proto.gossip.v1.Peer encode(Peer peer) {
        return io.dotkv.proto.gossip.v1.Peer.newBuilder()
                .setName(peer.name())
                .setAddress(peer.address())
                .build();
    }

    static List<Peer> decodePeers(List<io.dotkv.proto.gossip.v1.Peer> peers) {
        checkCount("peers", peers.size(), MAX_PEERS);
        return all(peers, peer -> new Peer(peer.getName(), peer.getAddress()));
    }

    /** Before anything is decoded, so that a message costs no more than its bound. */
    static void checkCount(String what, int count, int max) {
        if (count > max) {
            throw new IllegalArgumentException("a message has at most " + max + " " + what + ", this one " + count);
        }
    }
}
