package io.dotkv.launcher.node;

import io.dotkv.cluster.Member;
import io.dotkv.replication.ports.StorageDirectory;
import io.dotkv.storage.Storage;
import io.dotkv.storage.grpc.RemoteStorage;
import io.dotkv.storage.grpc.exchange.ExchangePorts;
import io.dotkv.storage.grpc.exchange.ExchangeSettings;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** The storages of other nodes: one client for each address, made when it is first asked for. Any thread. */
final class PeerStorages implements StorageDirectory, AutoCloseable {
    private final PeerChannels channels;
    private final Supplier<ExchangePorts> ports;
    private final ExchangeSettings settings;
    private final Map<String, RemoteStorage> storages = new ConcurrentHashMap<>();

    PeerStorages(PeerChannels channels, Supplier<ExchangePorts> ports, ExchangeSettings settings) {
        this.channels = channels;
        this.ports = ports;
        this.settings = settings;
    }

    @Override
    public Optional<Storage> storageOf(Member member) {
        return member.addresses().storage().map(address -> at(member.node().name(), address));
    }

    /** The storage at an address; the name is for messages. */
    Storage at(String name, String address) {
        return storages.computeIfAbsent(
                address, any -> new RemoteStorage(name, channels.to(address), ports.get(), settings));
    }

    @Override
    public void close() {
        storages.values().forEach(RemoteStorage::close);
    }
}
