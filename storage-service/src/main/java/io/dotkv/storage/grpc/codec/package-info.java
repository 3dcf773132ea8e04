/** Messages of the storage service to values and back, with the table of statuses. */
@NullMarked
package io.dotkv.storage.grpc.codec;

import org.jspecify.annotations.NullMarked;
