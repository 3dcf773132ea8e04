/**
 * The local form of the layer: {@link io.dotkv.replication.local.LocalReplication}, and {@link
 * io.dotkv.replication.local.StorageBootstrap}, which assigns the own storage its partitions and boot.
 */
@NullMarked
package io.dotkv.replication.local;

import org.jspecify.annotations.NullMarked;
