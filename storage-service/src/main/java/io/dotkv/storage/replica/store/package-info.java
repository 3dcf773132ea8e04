/** What a replica keeps in the engine: keys and values of the format on disk, the log of events, rows and digests. */
@NullMarked
package io.dotkv.storage.replica.store;

import org.jspecify.annotations.NullMarked;
