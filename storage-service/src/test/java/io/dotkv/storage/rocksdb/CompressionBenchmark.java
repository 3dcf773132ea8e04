package io.dotkv.storage.rocksdb;

import com.sun.management.OperatingSystemMXBean;
import io.dotkv.kernel.ports.SeededRandom;
import io.dotkv.storage.engine.Engine;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How large data is on the disk with each compression, and what it costs to write. Run by hand. Arguments: megabytes of
 * values (100), {@code json} (records of about 400 bytes with some random fields) or {@code random} (1 KiB that nothing
 * makes smaller).
 */
final class CompressionBenchmark {
    private CompressionBenchmark() {}

    public static void main(String[] arguments) throws Exception {
        long bytes = (arguments.length > 0 ? Long.parseLong(arguments[0]) : 100) << 20;
        boolean json = arguments.length < 2 || arguments[1].equals("json");
        OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        for (RocksSettings.Compression compression : RocksSettings.Compression.values()) {
            Path folder = Files.createTempDirectory("compression");
            RocksSettings settings = new RocksSettings(folder, 16 << 20, 16 << 20, compression);
            SeededRandom random = new SeededRandom(1);
            long before = system.getProcessCpuTime();
            long written = 0;
            try (RocksEngine engine = RocksEngine.open(settings)) {
                while (written < bytes) {
                    try (Engine.Batch batch = engine.newBatch()) {
                        for (int row = 0; row < 64; row++) {
                            byte[] value = json ? record(random) : noise(random);
                            written += value.length;
                            batch.put(("key-" + random.nextInt(1 << 30)).getBytes(StandardCharsets.UTF_8), value);
                        }
                        engine.write(batch, false);
                    }
                }
            }
            long files;
            // Opening it once more writes what was only in the log into a file.
            try (RocksEngine engine = RocksEngine.open(settings)) {
                files = engine.diskBytes();
            }
            double cpuSeconds = (system.getProcessCpuTime() - before) / 1e9;
            System.out.printf(
                    "%s, %s: %.1f MB of values are %.1f MB on the disk (%.0f %%), %.1f s CPU%n",
                    json ? "json" : "random",
                    compression,
                    written / 1e6,
                    files / 1e6,
                    100.0 * files / written,
                    cpuSeconds);
        }
    }

    private static byte[] record(SeededRandom random) {
        StringBuilder text = new StringBuilder("{\"customer\":").append(random.nextInt(1_000_000));
        for (int item = 0; item < 5; item++) {
            text.append(",\"item")
                    .append(item)
                    .append("\":{\"article\":\"A-")
                    .append(random.nextInt(100_000))
                    .append("\",\"amount\":")
                    .append(random.nextInt(20))
                    .append(",\"note\":\"deliver in the morning\"}");
        }
        return text.append('}').toString().getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] noise(SeededRandom random) {
        byte[] value = new byte[1024];
        for (int at = 0; at < value.length; at++) {
            value[at] = (byte) random.nextInt(256);
        }
        return value;
    }
}
