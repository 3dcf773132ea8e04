/** The comparison of replicas by digests, range by range, with the repair of rows that differ. */
@NullMarked
package io.dotkv.replication.scrub;

import org.jspecify.annotations.NullMarked;
