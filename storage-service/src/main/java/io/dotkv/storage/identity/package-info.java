/**
 * Whose storage this is, beside the engine and not in it: the {@link io.dotkv.storage.identity.Identity} in an
 * {@link io.dotkv.storage.identity.IdentityStore}, which is a file
 * ({@link io.dotkv.storage.identity.FileIdentityStore}) or, with an engine in memory, memory
 * ({@link io.dotkv.storage.identity.MemoryIdentityStore}).
 */
@NullMarked
package io.dotkv.storage.identity;

import org.jspecify.annotations.NullMarked;
