/** The replication service of another node, called by gRPC. */
@NullMarked
package io.dotkv.replication.grpc.client;

import org.jspecify.annotations.NullMarked;
