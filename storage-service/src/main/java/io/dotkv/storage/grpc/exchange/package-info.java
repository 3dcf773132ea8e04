/**
 * The stream of mutations and applies between two nodes: {@link io.dotkv.storage.grpc.exchange.ExchangeLink} keeps it
 * open, {@link io.dotkv.storage.grpc.exchange.ExchangeSession} is one life of it, {@link
 * io.dotkv.storage.grpc.exchange.ExchangeHandler} the other end.
 */
@NullMarked
package io.dotkv.storage.grpc.exchange;

import org.jspecify.annotations.NullMarked;
