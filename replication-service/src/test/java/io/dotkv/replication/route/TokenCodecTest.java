package io.dotkv.replication.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.PartitionId;
import io.dotkv.kernel.testkit.Samples;
import io.dotkv.kernel.testkit.Seeds;
import io.dotkv.replication.ContextToken;
import io.dotkv.replication.Failure.Reason;
import io.dotkv.replication.PageToken;
import io.dotkv.replication.route.TokenCodec.RefusedException;
import java.util.Base64;
import org.junit.jupiter.api.Test;

class TokenCodecTest {
    private static final String CLUSTER = "0123456789abcdef0123456789abcdef";
    private static final PartitionId PARTITION = new PartitionId(7);

    private final TokenCodec codec = new TokenCodec(CLUSTER, key(1));

    @Test
    void aContextComesBackAsItWas() {
        Seeds.run(2000, random -> {
            PartitionId partition = new PartitionId(random.nextInt(PartitionId.MAX_PARTITIONS));
            DotSet context = Samples.dotSet(random);
            assertThat(codec.context(codec.context(partition, context), partition))
                    .isEqualTo(context);
        });
    }

    @Test
    void aContextFlippedInAnySingleBitOfItsBytesIsRefused() {
        Seeds.run(30, random -> {
            byte[] bytes = bytes(codec.context(PARTITION, Samples.dotSet(random)));
            for (int bit = 0; bit < bytes.length * 8; bit++) {
                byte[] flipped = bytes.clone();
                flipped[bit / 8] ^= (byte) (1 << bit % 8);
                assertRefused(text(flipped));
            }
        });
    }

    @Test
    void aContextWithAnySingleBitOfItsTextFlippedIsRefused() {
        Seeds.run(30, random -> {
            String text = codec.context(PARTITION, Samples.dotSet(random)).text();
            for (int bit = 0; bit < text.length() * 8; bit++) {
                char[] flipped = text.toCharArray();
                flipped[bit / 8] ^= (char) (1 << bit % 8);
                assertRefused(new String(flipped));
            }
        });
    }

    @Test
    void aContextCutAnywhereOrMadeLongerIsRefused() {
        Seeds.run(50, random -> {
            String text = codec.context(PARTITION, Samples.dotSet(random)).text();
            for (int length = 1; length < text.length(); length++) {
                assertRefused(text.substring(0, length));
                assertRefused(text.substring(length));
            }
            assertRefused(text + "A");
            assertRefused(text + "=");
            assertRefused(text + text);
        });
    }

    @Test
    void randomTextIsRefused() {
        Seeds.run(2000, random -> assertRefused(text(Samples.array(random, 1 + random.nextInt(80)))));
        assertRefused("\u20ac");
        assertRefused("a b");
    }

    @Test
    void aContextOfAnotherClusterIsRefusedAsForeign() {
        TokenCodec other = new TokenCodec("ff23456789abcdef0123456789abcdef", key(1));
        assertRefusedFor(
                Reason.FOREIGN_TOKEN, other.context(PARTITION, DotSet.EMPTY).text());
    }

    @Test
    void aContextMadeWithAnotherKeyIsRefused() {
        TokenCodec forger = new TokenCodec(CLUSTER, key(2));
        assertRefusedFor(
                Reason.MALFORMED_TOKEN, forger.context(PARTITION, DotSet.EMPTY).text());
    }

    @Test
    void aContextOfAnotherPartitionIsRefusedAsMisplaced() {
        ContextToken token = codec.context(new PartitionId(8), DotSet.EMPTY);
        assertRefusedFor(Reason.MISPLACED_TOKEN, token.text());
    }

    @Test
    void aPageTokenIsNoContextAndAContextIsNoPageToken() {
        assertRefusedFor(
                Reason.MALFORMED_TOKEN, codec.page(Bytes.EMPTY, Key.of("k")).text());
        PageToken context = new PageToken(codec.context(PARTITION, DotSet.EMPTY).text());
        assertThatExceptionOfType(RefusedException.class).isThrownBy(() -> codec.page(context, Bytes.EMPTY));
    }

    @Test
    void aTokenOverTheLimitIsRefusedWithoutBeingRead() {
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> codec.context(new ContextToken("A".repeat(TokenCodec.MAX_CHARACTERS + 1)), PARTITION))
                .withMessageContaining("over the limit");
    }

    @Test
    void aPageTokenComesBackAsTheKeyAfterWhichTheScanGoesOn() {
        Seeds.run(500, random -> {
            Bytes prefix = Samples.bytes(random, 5);
            Key last = Samples.key(random);
            assertThat(codec.page(codec.page(prefix, last), prefix).after()).isEqualTo(last.bytes());
        });
    }

    @Test
    void aPageTokenOfAnotherPrefixIsRefused() {
        PageToken token = codec.page(Bytes.utf8("a"), Key.of("a1"));
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> codec.page(token, Bytes.utf8("b")))
                .withMessageContaining("another prefix");
    }

    private void assertRefused(String text) {
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> codec.context(new ContextToken(text), PARTITION));
    }

    private void assertRefusedFor(Reason reason, String text) {
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> codec.context(new ContextToken(text), PARTITION))
                .satisfies(refused ->
                        assertThat(refused.failure("The put").reason()).isEqualTo(reason));
    }

    private static Bytes key(int fill) {
        byte[] key = new byte[32];
        key[0] = (byte) fill;
        return Bytes.wrap(key);
    }

    private static byte[] bytes(ContextToken token) {
        return Base64.getUrlDecoder().decode(token.text());
    }

    private static String text(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
