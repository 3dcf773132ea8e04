package io.dotkv.replication.ports;

import io.dotkv.cluster.Member;
import io.dotkv.storage.Storage;
import java.util.Optional;

/**
 * A port: where the storages of the other members are. The launcher implements it; it makes a client when it is first
 * asked for a member and closes it when it stops.
 */
@FunctionalInterface
public interface StorageDirectory {
    /**
     * The storage of a member; empty while its address is not known. The same instance as long as the member keeps its
     * address.
     */
    Optional<Storage> storageOf(Member member);
}
