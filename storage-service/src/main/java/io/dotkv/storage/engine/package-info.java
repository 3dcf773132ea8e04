/**
 * Where bytes are kept. A {@link io.dotkv.storage.engine.View} can be read with a
 * {@link io.dotkv.storage.engine.Cursor}; an {@link io.dotkv.storage.engine.Engine} is a view that is also written, in
 * batches, and has snapshots. {@link io.dotkv.storage.engine.MemoryEngine} is one of its two forms. What goes wrong is
 * an {@link io.dotkv.storage.engine.EngineException}, and when only a part cannot be read a
 * {@link io.dotkv.storage.engine.DamagedDataException}.
 */
@NullMarked
package io.dotkv.storage.engine;

import org.jspecify.annotations.NullMarked;
