@NullMarked
package io.dotkv.replication.grpc;

import org.jspecify.annotations.NullMarked;
