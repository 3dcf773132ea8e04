package io.dotkv.replication.route;

import com.google.common.hash.Hashing;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.DotSet;
import io.dotkv.kernel.Key;
import io.dotkv.kernel.PartitionId;
import io.dotkv.kernel.encoding.ByteReader;
import io.dotkv.kernel.encoding.ByteWriter;
import io.dotkv.kernel.encoding.Encoding;
import io.dotkv.kernel.encoding.MalformedException;
import io.dotkv.replication.ContextToken;
import io.dotkv.replication.Failure;
import io.dotkv.replication.Failure.Reason;
import io.dotkv.replication.PageToken;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Turns contexts and scan positions into text for clients, and back, refusing whatever this cluster did not make.
 *
 * <pre>
 * token    URL-safe base64 without padding of: byte kind, 8 bytes of the cluster's id, body, 16 bytes of HMAC-SHA256 of all before
 * context  kind 0x11, body: varint partition, dot set
 * page     kind 0x12, body: 8 bytes hash of the scan's prefix, bytes the last key seen
 * </pre>
 *
 * <p>A context that a client could make up might name writes that are still to come, and the store would drop those as
 * overwritten. Therefore contexts are authenticated with the cluster's key, and bound to their partition, whose dots
 * they name. They are not bound to their key: a context covers what a replica had of the whole partition.
 *
 * <p>Immutable; any thread. The message authentication code is kept per thread, so that its key schedule is made once.
 */
public final class TokenCodec {
    /** The longest token that is looked at: room for the events of some 2,000 boots. */
    static final int MAX_CHARACTERS = 16 * 1024;

    private static final int CONTEXT = 0x11;
    private static final int PAGE = 0x12;
    private static final int CLUSTER_BYTES = 8;
    private static final int MAC_BYTES = 16;
    private static final Base64.Encoder TO_TEXT = Base64.getUrlEncoder().withoutPadding();
    private static final Base64.Decoder FROM_TEXT = Base64.getUrlDecoder();

    private final byte[] cluster;
    private final ThreadLocal<Mac> macs;

    public TokenCodec(String clusterId, Bytes clusterKey) {
        cluster = Arrays.copyOf(HexFormat.of().parseHex(clusterId), CLUSTER_BYTES);
        SecretKeySpec key = new SecretKeySpec(clusterKey.array(), "HmacSHA256");
        macs = ThreadLocal.withInitial(() -> newMac(key));
    }

    /** Where a scan of a prefix goes on: after a key. */
    public record Position(Bytes after) {}

    /** A token that is not taken, with the reason. */
    public static final class RefusedException extends Exception {
        private static final long serialVersionUID = 1;
        private final Reason reason;

        RefusedException(Reason reason, String message) {
            super(message);
            this.reason = reason;
        }

        public Failure failure(String what) {
            return new Failure(reason, what + " was refused and nothing was done: " + getMessage());
        }
    }

    public ContextToken context(PartitionId partition, DotSet context) {
        ByteWriter writer = begin(CONTEXT, 48);
        writer.writeVarint(partition.number());
        Encoding.writeDotSet(writer, context);
        return new ContextToken(finish(writer));
    }

    /** The dots of a context made for this partition of this cluster. */
    public DotSet context(ContextToken token, PartitionId partition) throws RefusedException {
        ByteReader reader = open(token.text(), CONTEXT, "context");
        try {
            if (reader.readVarint() != partition.number()) {
                throw new RefusedException(
                        Reason.MISPLACED_TOKEN,
                        "the context belongs to another key. Use a context from an earlier response for "
                                + "this key.");
            }
            DotSet context = Encoding.readDotSet(reader);
            reader.expectEnd();
            return context;
        } catch (MalformedException e) {
            throw malformed("context");
        }
    }

    public PageToken page(Bytes prefix, Key last) {
        ByteWriter writer = begin(PAGE, 32 + last.bytes().length());
        writer.writeLong(hash(prefix));
        writer.writeBytes(last.bytes());
        return new PageToken(finish(writer));
    }

    /** Where a scan of this prefix goes on. */
    public Position page(PageToken token, Bytes prefix) throws RefusedException {
        ByteReader reader = open(token.text(), PAGE, "page token");
        try {
            if (reader.readLong() != hash(prefix)) {
                throw new RefusedException(
                        Reason.MISPLACED_TOKEN,
                        "the page token belongs to a scan of another prefix. Continue with the prefix of "
                                + "that scan.");
            }
            Bytes after = reader.readBytes();
            reader.expectEnd();
            return new Position(after);
        } catch (MalformedException e) {
            throw malformed("page token");
        }
    }

    private ByteWriter begin(int kind, int expectedBytes) {
        ByteWriter writer = new ByteWriter(expectedBytes + 1 + CLUSTER_BYTES + MAC_BYTES);
        writer.writeByte(kind);
        writer.writeRaw(cluster);
        return writer;
    }

    private String finish(ByteWriter writer) {
        byte[] content = writer.toByteArray();
        byte[] mac = macs.get().doFinal(content);
        byte[] token = Arrays.copyOf(content, content.length + MAC_BYTES);
        System.arraycopy(mac, 0, token, content.length, MAC_BYTES);
        return TO_TEXT.encodeToString(token);
    }

    private ByteReader open(String text, int kind, String name) throws RefusedException {
        byte[] token = bytesOf(text, name);
        int end = token.length - MAC_BYTES;
        if (end < 1 + CLUSTER_BYTES || token[0] != kind) {
            throw malformed(name);
        }
        if (!Arrays.equals(token, 1, 1 + CLUSTER_BYTES, cluster, 0, CLUSTER_BYTES)) {
            throw new RefusedException(
                    Reason.FOREIGN_TOKEN,
                    "the " + name + " was made by another cluster. Read the key here to get one of this cluster.");
        }
        Mac mac = macs.get();
        mac.update(token, 0, end);
        if (!MessageDigest.isEqual(
                Arrays.copyOf(mac.doFinal(), MAC_BYTES), Arrays.copyOfRange(token, end, token.length))) {
            throw malformed(name);
        }
        return new ByteReader(Arrays.copyOfRange(token, 1 + CLUSTER_BYTES, end));
    }

    /** Exactly one text stands for a sequence of bytes: padding and stray bits at the end are refused. */
    private static byte[] bytesOf(String text, String name) throws RefusedException {
        if (text.length() > MAX_CHARACTERS) {
            throw new RefusedException(
                    Reason.MALFORMED_TOKEN,
                    "the " + name + " has " + text.length() + " characters, which is over the limit of "
                            + MAX_CHARACTERS + ". Pass it exactly as it was returned.");
        }
        try {
            byte[] bytes = FROM_TEXT.decode(text.getBytes(StandardCharsets.ISO_8859_1));
            if (TO_TEXT.encodeToString(bytes).equals(text)) {
                return bytes;
            }
        } catch (IllegalArgumentException notBase64) {
            throw malformed(name);
        }
        throw malformed(name);
    }

    private static RefusedException malformed(String name) {
        return new RefusedException(
                Reason.MALFORMED_TOKEN,
                "the " + name + " is truncated, altered, or invalid. Pass it exactly as it was returned.");
    }

    private static long hash(Bytes prefix) {
        return Hashing.murmur3_128().hashBytes(prefix.array()).asLong();
    }

    private static Mac newMac(SecretKeySpec key) {
        try {
            Mac mac = Mac.getInstance(key.getAlgorithm());
            mac.init(key);
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no " + key.getAlgorithm(), e);
        }
    }
}
