package io.dotkv.cluster.local;

import io.dotkv.cluster.Addresses;
import io.dotkv.cluster.ClusterPeer;
import io.dotkv.cluster.ClusterSettings;
import io.dotkv.cluster.Health;
import io.dotkv.cluster.Member;
import io.dotkv.cluster.bootstrap.Promise;
import io.dotkv.cluster.bootstrap.Promises;
import io.dotkv.cluster.layout.Formation;
import io.dotkv.kernel.Bytes;
import io.dotkv.kernel.NodeId;
import io.dotkv.kernel.encoding.ByteReader;
import io.dotkv.kernel.encoding.ByteWriter;
import io.dotkv.kernel.encoding.MalformedException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a node must still know after any crash. Saved before anything is said that follows from it.
 *
 * @param instance the random id of this life of the data
 * @param incarnation the highest incarnation that was ever used
 * @param boot the highest boot number of this node's storage that is known
 * @param formation the agreed facts, once taken
 * @param promises the words given to formers, while there are none
 * @param members the other members, to find them again and to remember their boots
 */
record DurableState(
        String instance,
        long incarnation,
        int boot,
        Optional<Formation> formation,
        Promises promises,
        List<Member> members) {
    private static final int MAX_TEXT_BYTES = 4_096;

    DurableState {
        members = List.copyOf(members);
    }

    /** The state of the next start: the incarnation must be durable before it is used. */
    DurableState nextIncarnation() {
        return new DurableState(instance, incarnation + 1, boot, formation, promises, members);
    }

    /** What the node says of itself when it starts. */
    Member own(ClusterSettings settings) {
        NodeId self = settings.self();
        return new Member(
                self, incarnation, Health.ALIVE, settings.addresses(), instance, boot, self.name(), "started", 0);
    }

    Bytes encode() {
        ByteWriter writer = new ByteWriter(1_024);
        writeText(writer, instance);
        writer.writeVarint(incarnation);
        writer.writeVarint(boot);
        writer.writeByte(formation.isPresent() ? 1 : 0);
        formation.ifPresent(facts -> writeFormation(writer, facts));
        writer.writeVarint(promises.words().size());
        promises.words().forEach(word -> writePromise(writer, word));
        writer.writeVarint(members.size());
        members.forEach(member -> writeMember(writer, member));
        return Bytes.wrap(writer.toByteArray());
    }

    /** Refuses whatever {@link #encode} did not write. */
    static DurableState decode(Bytes bytes) throws MalformedException {
        ByteReader reader = new ByteReader(bytes.array());
        try {
            DurableState state = new DurableState(
                    readText(reader),
                    reader.readVarint(),
                    reader.readSize(Integer.MAX_VALUE),
                    reader.readByte() == 1 ? Optional.of(readFormation(reader)) : Optional.empty(),
                    readPromises(reader),
                    readMembers(reader));
            reader.expectEnd();
            return state;
        } catch (IllegalArgumentException e) {
            throw new MalformedException(String.valueOf(e.getMessage()));
        }
    }

    private static void writeFormation(ByteWriter writer, Formation formation) {
        writeText(writer, formation.clusterId());
        writer.writeBytes(formation.clusterKey());
        writeNodes(writer, formation.members());
        formation.instances().forEach(instance -> writeText(writer, instance));
        writer.writeVarint(formation.layout().partitions());
        writer.writeVarint(formation.layout().replicas());
    }

    private static Formation readFormation(ByteReader reader) throws MalformedException {
        String clusterId = readText(reader);
        Bytes key = reader.readBytes();
        List<NodeId> members = readNodes(reader);
        List<String> instances = new ArrayList<>();
        for (int founder = 0; founder < members.size(); founder++) {
            instances.add(readText(reader));
        }
        int partitions = reader.readSize(Formation.MAX_PARTITIONS);
        int replicas = reader.readSize(Formation.MAX_REPLICAS);
        return Formation.first(clusterId, key, members, instances, partitions, replicas);
    }

    private static void writePromise(ByteWriter writer, Promise promise) {
        writeText(writer, promise.former().name());
        writeText(writer, promise.formerInstance());
        writeText(writer, promise.clusterId());
        writeNodes(writer, promise.founders());
    }

    private static Promises readPromises(ByteReader reader) throws MalformedException {
        int count = reader.readSize(reader.remaining());
        List<Promise> words = new ArrayList<>();
        for (int word = 0; word < count; word++) {
            words.add(readPromise(reader));
        }
        return new Promises(words);
    }

    private static Promise readPromise(ByteReader reader) throws MalformedException {
        return new Promise(new NodeId(readText(reader)), readText(reader), readText(reader), readNodes(reader));
    }

    private static void writeMember(ByteWriter writer, Member member) {
        writeText(writer, member.node().name());
        writer.writeVarint(member.incarnation());
        writeText(writer, member.health().name());
        writeOptional(writer, member.addresses().storage());
        writeOptional(writer, member.addresses().gossip());
        writeOptional(writer, member.addresses().cluster());
        writeOptional(writer, member.addresses().replication());
        writeText(writer, member.instance());
        writer.writeVarint(member.boot());
        writeText(writer, member.noticedBy());
        writeText(writer, member.reason());
        writer.writeVarint(member.sinceMillis());
    }

    private static Member readMember(ByteReader reader) throws MalformedException {
        return new Member(
                new NodeId(readText(reader)),
                reader.readVarint(),
                readHealth(reader),
                new Addresses(readOptional(reader), readOptional(reader), readOptional(reader), readOptional(reader)),
                readText(reader),
                reader.readSize(Integer.MAX_VALUE),
                readText(reader),
                readText(reader),
                reader.readVarint());
    }

    private static Health readHealth(ByteReader reader) throws MalformedException {
        String name = readText(reader);
        for (Health health : Health.values()) {
            if (health.name().equals(name)) {
                return health;
            }
        }
        throw new MalformedException("no such health: " + name);
    }

    private static List<Member> readMembers(ByteReader reader) throws MalformedException {
        int count = reader.readSize(ClusterPeer.Knowledge.MAX_MEMBERS);
        List<Member> members = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            members.add(readMember(reader));
        }
        return members;
    }

    private static void writeNodes(ByteWriter writer, List<NodeId> nodes) {
        writer.writeVarint(nodes.size());
        nodes.forEach(node -> writeText(writer, node.name()));
    }

    private static List<NodeId> readNodes(ByteReader reader) throws MalformedException {
        int count = reader.readSize(Formation.MAX_MEMBERS);
        List<NodeId> nodes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            nodes.add(new NodeId(readText(reader)));
        }
        return nodes;
    }

    private static void writeOptional(ByteWriter writer, Optional<String> text) {
        writeText(writer, text.orElse(""));
    }

    private static Optional<String> readOptional(ByteReader reader) throws MalformedException {
        String text = readText(reader);
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }

    private static void writeText(ByteWriter writer, String text) {
        writer.writeBytes(Bytes.utf8(text));
    }

    private static String readText(ByteReader reader) throws MalformedException {
        byte[] utf8 = reader.readRaw(reader.readSize(MAX_TEXT_BYTES));
        return new String(utf8, StandardCharsets.UTF_8);
    }
}
