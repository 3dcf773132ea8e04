package io.dotkv.storage.identity;

import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.encoding.ByteReader;
import io.dotkv.kernel.encoding.ByteWriter;
import io.dotkv.kernel.encoding.MalformedException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Whose storage this is, kept in a file of its own beside the engine. Never part of a backup.
 *
 * @param clusterId the cluster it works for
 * @param node the name of the node it works for
 * @param nodeNumber that node's number
 * @param boot the newest boot that was taken, 0 before the first
 * @param lives the lives of the newest processes that had this disk, the present one first, at most
 *     {@value #MOST_LIVES}: if the one that has the boot is not among them, another disk of the node was newer than
 *     this one
 * @param storageId random, made with the engine's files and also kept in them: tells whether both belong together
 * @param machineBoot which boot of the machine the process ran in
 * @param mayLoseTail whether a loss of power would lose acknowledged writes: so while running without sync
 * @param behind whether replicas may lack acknowledged writes and are not all marked so yet: a start that ends before
 *     it has marked them must not be forgotten
 * @param age how often the storage has {@linkplain io.dotkv.storage.replica.store.StorageRecord aged}, as the engine
 *     was told before: an engine that is younger was put back from a copy
 */
public record Identity(
        String clusterId,
        String node,
        int nodeNumber,
        int boot,
        List<Long> lives,
        String storageId,
        String machineBoot,
        boolean mayLoseTail,
        boolean behind,
        long age) {
    /** Beyond so many starts none of which took a boot, the last that did is forgotten. */
    public static final int MOST_LIVES = 64;

    public Identity {
        lives = List.copyOf(lives);
    }

    byte[] encode() {
        ByteWriter writer = new ByteWriter(160);
        writer.writeBytes(Bytes.utf8(clusterId));
        writer.writeBytes(Bytes.utf8(node));
        writer.writeVarint(nodeNumber);
        writer.writeVarint(boot);
        writer.writeVarint(lives.size());
        lives.forEach(writer::writeLong);
        writer.writeBytes(Bytes.utf8(storageId));
        writer.writeBytes(Bytes.utf8(machineBoot));
        writer.writeByte(mayLoseTail ? 1 : 0);
        writer.writeByte(behind ? 1 : 0);
        writer.writeVarint(age);
        return writer.toByteArray();
    }

    static Identity decode(byte[] encoded) throws MalformedException {
        ByteReader reader = new ByteReader(encoded);
        Identity identity = new Identity(
                text(reader),
                text(reader),
                reader.readSize(Integer.MAX_VALUE),
                reader.readSize(Integer.MAX_VALUE),
                lives(reader),
                text(reader),
                text(reader),
                reader.readByte() == 1,
                reader.readByte() == 1,
                reader.readVarint());
        reader.expectEnd();
        return identity;
    }

    private static List<Long> lives(ByteReader reader) throws MalformedException {
        int count = reader.readSize(MOST_LIVES);
        List<Long> lives = new ArrayList<>();
        for (int index = 0; index < count; index++) {
            lives.add(reader.readLong());
        }
        return lives;
    }

    private static String text(ByteReader reader) throws MalformedException {
        return new String(reader.readBytes().array(), StandardCharsets.UTF_8);
    }

    /** The same with another id of the storage. */
    public Identity withStorageId(String id) {
        return new Identity(clusterId, node, nodeNumber, boot, lives, id, machineBoot, mayLoseTail, behind, age);
    }

    /** The same when the engine was told this age. */
    public Identity withAge(long older) {
        return new Identity(
                clusterId, node, nodeNumber, boot, lives, storageId, machineBoot, mayLoseTail, behind, older);
    }

    /** The same in a boot that was agreed on. */
    public Identity withBoot(int newBoot) {
        return new Identity(
                clusterId, node, nodeNumber, newBoot, lives, storageId, machineBoot, mayLoseTail, behind, age);
    }

    /**
     * The same when it is known, or known no more, that replicas may lack acknowledged writes and are not all marked
     * so.
     */
    public Identity withBehind(boolean isBehind) {
        return new Identity(
                clusterId, node, nodeNumber, boot, lives, storageId, machineBoot, mayLoseTail, isBehind, age);
    }

    /**
     * The same when it is known that a process with this life had the node's boot on another disk, and replicas are
     * marked that may lack what it wrote: the next start need not mark them again.
     */
    public Identity knowing(long life) {
        if (knows(life)) {
            return this;
        }
        List<Long> known = new ArrayList<>(lives.subList(0, Math.min(lives.size(), MOST_LIVES - 1)));
        known.add(Math.min(1, known.size()), life);
        return new Identity(clusterId, node, nodeNumber, boot, known, storageId, machineBoot, mayLoseTail, behind, age);
    }

    /** The same after everything was synced and nothing will be written any more. */
    public Identity cleanlyStopped() {
        return new Identity(clusterId, node, nodeNumber, boot, lives, storageId, machineBoot, false, behind, age);
    }

    /** Whether a process with this life had this disk, as far as it remembers; none has life 0. */
    public boolean knows(long life) {
        return life == 0 || lives.contains(life);
    }
}
