/**
 * The storage layer between processes. The reading order:
 *
 * <ol>
 * <li>{@link io.dotkv.storage.grpc.RemoteStorage} is a storage of another process;
 * {@link io.dotkv.storage.grpc.StorageGrpcService} offers one to other processes. Both take
 * {@link io.dotkv.storage.grpc.exchange.ExchangePorts} and {@link io.dotkv.storage.grpc.exchange.ExchangeSettings}; the
 * latter also {@link io.dotkv.storage.grpc.codec.ProcessInfo}, which it tells operators. <li>The data path is one
 * stream for each pair of processes. At the client {@code ExchangeLink} keeps it open, {@code ExchangeSession} is one
 * life of it and {@code PendingCalls} what waits for an answer; at the server {@code ExchangeHandler} gives calls to
 * the storage and {@code ExchangeReply} turns outcomes into replies. {@code SerialTask} is what sends at both ends: in
 * batches of whatever waits, never by a timer. <li>A pull is a stream of its own, {@code RemotePull} at the client and
 * {@code PullHandler} at the server. <li>{@code AlgebraCodec}, {@code StorageRequestCodec}, {@code StorageAnswerCodec}
 * and {@code PullCodec} make messages and check every one that comes in; {@code StorageStatus} is the table of
 * statuses.
 * </ol>
 */
@NullMarked
package io.dotkv.storage.grpc;

import org.jspecify.annotations.NullMarked;
