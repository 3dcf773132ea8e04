@NullMarked
package io.dotkv.cluster.grpc;

import org.jspecify.annotations.NullMarked;
