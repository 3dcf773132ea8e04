package io.dotkv.launcher.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.netty.shaded.io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("integration")
class ConnectionsTest {
    private final AtomicLong now = new AtomicLong();
    private final Connections connections = new Connections(2, now::get);

    private static EmbeddedChannel from(int port) {
        SocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        return new EmbeddedChannel() {
            @Override
            public SocketAddress remoteAddress() {
                return address;
            }
        };
    }

    private boolean takes(EmbeddedChannel channel) {
        return connections
                .take(channel)
                .map(taken -> channel.pipeline().addLast(taken))
                .isPresent();
    }

    private static void speaks(EmbeddedChannel channel) {
        channel.writeInbound("something");
    }

    private void pass(long seconds) {
        now.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
    }

    @Test
    void noMoreThanTheBoundAreTaken() {
        assertThat(takes(from(1))).isTrue();
        assertThat(takes(from(2))).isTrue();
        assertThat(takes(from(3))).isFalse();
        assertThat(connections.count()).isEqualTo(2);
    }

    @Test
    void aConnectionThatWasClosedLeavesItsPlace() {
        EmbeddedChannel first = from(1);
        takes(first);
        takes(from(2));
        var _ = first.close();
        assertThat(takes(from(3))).isTrue();
    }

    @Test
    void theOneThatWasIdleLongestMakesRoom() {
        EmbeddedChannel first = from(1);
        EmbeddedChannel second = from(2);
        takes(first);
        takes(second);
        pass(4);
        speaks(first);
        pass(4);
        assertThat(takes(from(3))).isTrue();
        second.runPendingTasks();
        assertThat(first.isOpen()).isTrue();
        assertThat(second.isOpen()).isFalse();
        assertThat(connections.count()).isEqualTo(2);
    }

    @Test
    void noneMakesRoomBeforeItHasBeenIdleForFiveSeconds() {
        takes(from(1));
        takes(from(2));
        pass(4);
        assertThat(takes(from(3))).isFalse();
        pass(1);
        assertThat(takes(from(3))).isTrue();
    }

    @Test
    void connectionsOfOtherNodesAreNotClosedHoweverLongTheyAreIdle() {
        EmbeddedChannel peer = from(1);
        EmbeddedChannel client = from(2);
        takes(peer);
        takes(client);
        connections.peerAt(peer.remoteAddress());
        pass(60);
        speaks(client);
        assertThat(takes(from(3))).isFalse();
        pass(60);
        assertThat(takes(from(3))).isTrue();
        peer.runPendingTasks();
        client.runPendingTasks();
        assertThat(peer.isOpen()).isTrue();
        assertThat(client.isOpen()).isFalse();
    }
}
