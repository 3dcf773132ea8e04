/**
 * The local form of the layer: {@link io.dotkv.storage.local.LocalStorage} with its settings and ports. It keeps the
 * replicas that it was assigned, hands writes to shards and reads to workers.
 */
@NullMarked
package io.dotkv.storage.local;

import org.jspecify.annotations.NullMarked;
