package io.dotkv.launcher.connection;

import io.dotkv.launcher.connection.TurnedAway.Reason;
import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.buffer.ByteBufUtil;
import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import io.grpc.netty.shaded.io.netty.channel.ChannelDuplexHandler;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelPromise;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2CodecUtil;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2Error;
import io.grpc.netty.shaded.io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.EnumSet;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a connection begins with. The preface of HTTP/2 goes on to the server; HTTP/1 gets an answer in its own
 * words; everything else is closed. Until that is known, what the server writes is held back, and it sees nothing of
 * strangers.
 *
 * <p>Threading: the loop of the connection.
 */
final class FirstBytes extends ChannelDuplexHandler {
    private static final long PATIENCE_SECONDS = 10;
    private static final long LAST_WORDS_SECONDS = 1;
    private static final int MAX_REQUEST_LINE_BYTES = 2048;
    private static final int TLS_HANDSHAKE = 0x16;
    private static final Set<Http2Error> BROKEN = EnumSet.of(
            Http2Error.PROTOCOL_ERROR,
            Http2Error.FLOW_CONTROL_ERROR,
            Http2Error.FRAME_SIZE_ERROR,
            Http2Error.COMPRESSION_ERROR);
    private static final Pattern HTTP_METHOD = Pattern.compile("[A-Z]{1,7}( .*)?", Pattern.DOTALL);

    private final PlainHttp plainHttp;
    private final TurnedAway turnedAway;
    private final ByteBuf preface = Http2CodecUtil.connectionPrefaceBuf();
    private final Queue<Object> held = new ArrayDeque<>();
    private ByteBuf seen = Unpooled.EMPTY_BUFFER;
    private boolean decided;
    private @Nullable ScheduledFuture<?> patience;

    FirstBytes(PlainHttp plainHttp, TurnedAway turnedAway) {
        this.plainHttp = plainHttp;
        this.turnedAway = turnedAway;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        patience =
                context.executor().schedule(() -> turnAway(context, Reason.SILENT), PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (decided) {
            ReferenceCountUtil.release(message);
            return;
        }
        seen = seen.isReadable() ? Unpooled.wrappedBuffer(seen, (ByteBuf) message) : (ByteBuf) message;
        int known = Math.min(seen.readableBytes(), preface.readableBytes());
        if (ByteBufUtil.equals(seen, seen.readerIndex(), preface, preface.readerIndex(), known)) {
            if (known == preface.readableBytes()) {
                handOver(context);
            }
            return;
        }
        String line = seen.toString(
                seen.readerIndex(), Math.min(seen.readableBytes(), MAX_REQUEST_LINE_BYTES), StandardCharsets.US_ASCII);
        int end = line.indexOf('\n');
        if (end >= 0 && HTTP_METHOD.matcher(line.substring(0, end).strip()).matches()) {
            answer(context, line.substring(0, end).strip());
        } else if (end >= 0
                || line.length() == MAX_REQUEST_LINE_BYTES
                || !HTTP_METHOD.matcher(line).matches()) {
            turnAway(context, seen.getUnsignedByte(seen.readerIndex()) == TLS_HANDSHAKE ? Reason.TLS : Reason.OTHER);
        }
    }

    private void handOver(ChannelHandlerContext context) {
        decided = true;
        stopWaiting();
        @Nullable Http2ConnectionHandler http2 = context.pipeline().get(Http2ConnectionHandler.class);
        if (http2 != null) {
            http2.connection().addListener(new Http2ConnectionAdapter() {
                @Override
                public void onGoAwaySent(int lastStream, long error, ByteBuf detail) {
                    closedFor(Http2Error.valueOf(error), context);
                }
            });
        }
        held.forEach(message -> {
            var _ = context.write(message);
        });
        held.clear();
        context.flush();
        ByteBuf first = seen;
        seen = Unpooled.EMPTY_BUFFER;
        context.pipeline().remove(this);
        context.fireChannelRead(first);
    }

    private void closedFor(@Nullable Http2Error error, ChannelHandlerContext context) {
        if (error == Http2Error.ENHANCE_YOUR_CALM) {
            count(Reason.TOO_OFTEN, context);
        } else if (error != null && BROKEN.contains(error)) {
            count(Reason.BROKEN_HTTP_2, context);
        }
    }

    private void count(Reason reason, ChannelHandlerContext context) {
        turnedAway.count(reason, context.channel().remoteAddress());
    }

    /** The answer, and a moment for the client to take it: closing at once, with bytes unread, would take it away. */
    private void answer(ChannelHandlerContext context, String requestLine) {
        decided = true;
        stopWaiting();
        PlainHttp.Answer answer = plainHttp.to(requestLine);
        if (answer.refused()) {
            count(Reason.HTTP_1, context);
        }
        var _ = context.writeAndFlush(Unpooled.copiedBuffer(answer.text(), StandardCharsets.UTF_8))
                .addListener(_ -> patience =
                        context.executor().schedule(() -> close(context), LAST_WORDS_SECONDS, TimeUnit.SECONDS));
    }

    private void turnAway(ChannelHandlerContext context, Reason reason) {
        decided = true;
        count(reason, context);
        close(context);
    }

    private static void close(ChannelHandlerContext context) {
        var _ = context.close();
    }

    /**
     * Not the server's business before it is known whom it talks to. What is held counts as written, so that a close
     * ends.
     */
    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (decided) {
            ReferenceCountUtil.release(message);
        } else {
            held.add(message);
        }
        promise.trySuccess();
    }

    @Override
    public void flush(ChannelHandlerContext context) {
        // Nothing of the server's is written yet.
    }

    /** A stranger that breaks off is nobody's failure. */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        close(context);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        stopWaiting();
        held.forEach(ReferenceCountUtil::release);
        held.clear();
        seen.release();
        seen = Unpooled.EMPTY_BUFFER;
    }

    private void stopWaiting() {
        if (patience != null) {
            patience.cancel(false);
        }
    }
}
