/**
 * The work of a storage done by threads: {@link io.dotkv.storage.system.ThreadWorkers}, and for each shard a {@link
 * io.dotkv.storage.system.ThreadDriver}.
 */
@NullMarked
package io.dotkv.storage.system;

import org.jspecify.annotations.NullMarked;
