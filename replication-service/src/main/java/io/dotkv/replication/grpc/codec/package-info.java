/** Messages of the replication service to values and back, with the check of every field and the table of statuses. */
@NullMarked
package io.dotkv.replication.grpc.codec;

import org.jspecify.annotations.NullMarked;
