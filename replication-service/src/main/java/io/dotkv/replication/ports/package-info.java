/**
 * What the layer is given: {@link io.dotkv.replication.ports.ReplicationPorts}, {@link
 * io.dotkv.replication.ports.ReplicationSettings}, and the storages of all nodes in a {@link
 * io.dotkv.replication.ports.StorageDirectory}.
 */
@NullMarked
package io.dotkv.replication.ports;

import org.jspecify.annotations.NullMarked;
