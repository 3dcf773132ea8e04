package io.dotkv.launcher.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.dotkv.proto.replication.v1.Consistency;
import io.dotkv.proto.replication.v1.PutRequest;
import io.dotkv.proto.replication.v1.ReplicationServiceGrpc;
import io.dotkv.proto.replication.v1.ScrubRequest;
import io.dotkv.proto.replication.v1.ScrubResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A byte of a file of a real node is flipped while it is stopped. */
@Tag("acceptance")
class DamagedFileTest {
    @TempDir
    private Path folder;

    @Test
    void aFlippedByteIsFoundByAScrubAndMendedByARestart() throws IOException {
        byte[] value = new byte[100_000];
        new Random(1).nextBytes(value);
        try (RunningCluster cluster = new RunningCluster(folder, "--compression", "none")) {
            RunningNode damaged = cluster.node(3);
            var _ = ReplicationServiceGrpc.newBlockingStub(cluster.node(1).channel())
                    .withDeadlineAfter(20, TimeUnit.SECONDS)
                    .put(PutRequest.newBuilder()
                            .setKey("cart")
                            .setRawValue(ByteString.copyFrom(value))
                            .setConsistency(Consistency.ALL)
                            .build());
            restart(damaged);
            assertThat(damaged.stop()).isZero();
            flip(Arrays.copyOfRange(value, 50_000, 50_050));
            damaged.start();
            Until.isTrue(
                    Duration.ofSeconds(60), "it serves or has ended", () -> !damaged.isAlive() || damaged.serves());
            if (damaged.isAlive()) {
                assertThat(scrub(cluster.node(1)).getUnreadable()).isEqualTo(1);
                restart(damaged);
            } else {
                // The block also held what a replica is opened with: the start itself has found it, and the next one
                // mends it.
                assertThat(damaged.logTail()).contains("block checksum mismatch");
                damaged.start().awaitServing();
            }
            assertThat(folder.resolve("n3/storage/rocksdb.damaged-1")).isDirectory();
            Until.isTrue(Duration.ofSeconds(60), "the partition is compared and equal again", () -> {
                ScrubResponse report = scrub(cluster.node(3));
                return report.getUnreadable() + report.getDamagedRows() + report.getDifferences() == 0
                        && report.getPartitionsNotCompared() == 0;
            });
        }
    }

    private static void restart(RunningNode node) {
        assertThat(node.stop()).isZero();
        node.start().awaitServing();
    }

    private static ScrubResponse scrub(RunningNode node) {
        Iterator<ScrubResponse> answers = ReplicationServiceGrpc.newBlockingStub(node.channel())
                .withDeadlineAfter(60, TimeUnit.SECONDS)
                .scrub(ScrubRequest.getDefaultInstance());
        ScrubResponse last = ScrubResponse.getDefaultInstance();
        while (answers.hasNext()) {
            last = answers.next();
        }
        assertThat(last.getIsOver()).isTrue();
        return last;
    }

    private void flip(byte[] part) throws IOException {
        int flipped = 0;
        try (Stream<Path> files = Files.list(folder.resolve("n3/storage/rocksdb"))) {
            for (Path file :
                    files.filter(any -> any.toString().endsWith(".sst")).toList()) {
                byte[] bytes = Files.readAllBytes(file);
                for (int at = 0; at + part.length <= bytes.length; at++) {
                    if (Arrays.equals(bytes, at, at + part.length, part, 0, part.length)) {
                        bytes[at] ^= 1;
                        Files.write(file, bytes);
                        flipped++;
                        break;
                    }
                }
            }
        }
        assertThat(flipped).isPositive();
    }
}
