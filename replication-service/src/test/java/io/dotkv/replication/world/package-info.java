/**
 * A whole cluster in one thread on virtual time: {@link io.dotkv.replication.world.World} has the nodes,
 * {@link io.dotkv.replication.world.Wire} is the network between them, {@link io.dotkv.replication.world.FakeStorage} a
 * storage that really implements the algebra, and {@link io.dotkv.replication.world.History} remembers what was
 * promised.
 */
@NullMarked
package io.dotkv.replication.world;

import org.jspecify.annotations.NullMarked;
