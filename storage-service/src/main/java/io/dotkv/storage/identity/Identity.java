package io.dotkv.storage.identity;

import io.dotkv.kernel.ByteReader;
import io.dotkv.kernel.ByteWriter;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.MalformedException;
import java.nio.charset.StandardCharsets;

/**
 * Whose storage this is, kept in a file of its own beside the engine: the counter of boots in it is what keeps dots from
 * being issued twice. Never part of a backup.
 *
 * @param clusterId the cluster it works for
 * @param node the name of the node it works for
 * @param nodeNumber that node's number
 * @param boot the newest boot that was taken
 * @param storageId random, made with the engine's files and also kept in them: tells whether both belong together
 * @param machineBoot which boot of the machine the process ran in
 * @param mayLoseTail whether a loss of power would lose acknowledged writes: so while running without sync
 * @param behind whether replicas may lack acknowledged writes and are not all marked so yet: a start that ends before it has
 *     marked them must not be forgotten
 */
public record Identity(
        String clusterId,
        String node,
        int nodeNumber,
        int boot,
        String storageId,
        String machineBoot,
        boolean mayLoseTail,
        boolean behind) {
    byte[] encode() {
        ByteWriter writer = new ByteWriter(160);
        writer.writeBytes(Bytes.utf8(clusterId));
        writer.writeBytes(Bytes.utf8(node));
        writer.writeVarint(nodeNumber);
        writer.writeVarint(boot);
        writer.writeBytes(Bytes.utf8(storageId));
        writer.writeBytes(Bytes.utf8(machineBoot));
        writer.writeByte(mayLoseTail ? 1 : 0);
        writer.writeByte(behind ? 1 : 0);
        return writer.toByteArray();
    }

    static Identity decode(byte[] encoded) throws MalformedException {
        ByteReader reader = new ByteReader(encoded);
        Identity identity = new Identity(
                text(reader),
                text(reader),
                reader.readSize(Integer.MAX_VALUE),
                reader.readSize(Integer.MAX_VALUE),
                text(reader),
                text(reader),
                reader.readByte() == 1,
                reader.readByte() == 1);
        reader.expectEnd();
        return identity;
    }

    private static String text(ByteReader reader) throws MalformedException {
        return new String(reader.readBytes().array(), StandardCharsets.UTF_8);
    }

    /** The same with another id of the storage. */
    public Identity withStorageId(String id) {
        return new Identity(clusterId, node, nodeNumber, boot, id, machineBoot, mayLoseTail, behind);
    }

    /** The same after every replica that may lack acknowledged writes was marked. */
    public Identity marked() {
        return new Identity(clusterId, node, nodeNumber, boot, storageId, machineBoot, mayLoseTail, false);
    }

    /** The same after everything was synced and nothing will be written any more. */
    public Identity cleanlyStopped() {
        return new Identity(clusterId, node, nodeNumber, boot, storageId, machineBoot, false, behind);
    }
}
