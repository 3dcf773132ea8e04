/** A look at what the gossip layer sends. */
@org.jspecify.annotations.NullMarked
package io.dotkv.gossip.grpc;
