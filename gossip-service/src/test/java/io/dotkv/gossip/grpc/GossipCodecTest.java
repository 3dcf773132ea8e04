package io.dotkv.gossip.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.dotkv.gossip.GossipExchange;
import io.dotkv.gossip.GossipExchangeAnswer;
import io.dotkv.gossip.rumour.Digest;
import io.dotkv.gossip.rumour.DigestEntry;
import io.dotkv.gossip.rumour.RangeHashes;
import io.dotkv.gossip.rumour.Rumour;
import io.dotkv.gossip.rumour.SubjectRange;
import io.dotkv.gossip.rumour.Version;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.ports.RandomSource;
import io.dotkv.kernel.testkit.Seeds;
import io.dotkv.proto.gossip.v1.ExchangeRequest;
import io.dotkv.proto.gossip.v1.ExchangeResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class GossipCodecTest {
    @Test
    void whatIsEncodedIsDecodedAsItWas() {
        Seeds.run(200, random -> {
            GossipExchange exchange = new GossipExchange("n1", some(random, () -> rumour(random)), digest(random));
            ExchangeRequest request =
                    ExchangeRequest.parseFrom(GossipCodec.encode(exchange).toByteArray());
            assertThat(GossipCodec.decode(request)).isEqualTo(exchange);
            GossipExchangeAnswer answer = new GossipExchangeAnswer(
                    some(random, () -> rumour(random)), digest(random), random.nextInt(2) == 0);
            ExchangeResponse response =
                    ExchangeResponse.parseFrom(GossipCodec.encode(answer).toByteArray());
            assertThat(GossipCodec.decode(response)).isEqualTo(answer);
        });
    }

    @Test
    void aDigestWithoutRangesListsEverythingAsItAlwaysDid() {
        ExchangeRequest request =
                ExchangeRequest.newBuilder().setSender("n1").setHasDigest(true).build();
        assertThat(GossipCodec.decode(request).digest().listed()).containsExactly(SubjectRange.ALL);
    }

    private static <T> List<T> some(RandomSource random, Supplier<T> source) {
        List<T> items = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            items.add(source.get());
        }
        return items;
    }

    private static Version version(RandomSource random) {
        return new Version(random.nextInt(1_000), random.nextInt(1_000), "n" + random.nextInt(10));
    }

    private static Rumour rumour(RandomSource random) {
        long lapsesAtMillis = random.nextInt(2) == 0 ? Rumour.NEVER : 1 + random.nextInt(1_000);
        Bytes payload = Bytes.wrap(new byte[random.nextInt(20)]);
        return new Rumour("topic", "s" + random.nextInt(100), payload, version(random), lapsesAtMillis);
    }

    private static DigestEntry entry(RandomSource random) {
        return new DigestEntry("topic", "s" + random.nextInt(100), version(random));
    }

    private static Digest digest(RandomSource random) {
        List<RangeHashes> hashes = new ArrayList<>();
        List<SubjectRange> listed = new ArrayList<>();
        for (int digit = 0; digit < SubjectRange.PARTS; digit++) {
            SubjectRange range = SubjectRange.ALL.part(digit);
            switch (random.nextInt(4)) {
                case 0 -> hashes.add(new RangeHashes(range.part(random.nextInt(16)), List.of(random.nextLong())));
                case 1 -> hashes.add(new RangeHashes(range, sixteen(random)));
                case 2 -> listed.add(range);
                default -> {}
            }
        }
        return new Digest(hashes, listed, some(random, () -> entry(random)), some(random, () -> entry(random)));
    }

    private static List<Long> sixteen(RandomSource random) {
        List<Long> hashes = new ArrayList<>();
        for (int i = 0; i < SubjectRange.PARTS; i++) {
            hashes.add(random.nextLong());
        }
        return hashes;
    }
}
