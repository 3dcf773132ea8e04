/**
 * The replication layer between processes: {@link io.dotkv.replication.grpc.ReplicationGrpcService} offers one,
 * {@link io.dotkv.replication.grpc.client.RemoteReplication} uses one. Messages are read by {@code RequestCodec}, every
 * field checked, and written by {@code AnswerCodec}; {@code StatusTable} alone says which status a failure has.
 */
@NullMarked
package io.dotkv.replication.grpc;

import org.jspecify.annotations.NullMarked;
