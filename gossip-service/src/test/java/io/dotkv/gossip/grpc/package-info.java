@NullMarked
package io.dotkv.gossip.grpc;

import org.jspecify.annotations.NullMarked;
