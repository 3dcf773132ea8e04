package io.dotkv.launcher.child;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("integration")
final class ChildTest {
    @TempDir
    private Path folder;

    @Test
    void theTailIsWhatThisProcessSaidAndNothingOfTheOneBefore() throws Exception {
        Path log = folder.resolve("log");
        ended(Child.start("first", log, List.of("echo", "of the first")));
        Child second = ended(Child.start("second", log, List.of("echo", "of the second")));
        assertThat(second.tail()).isEqualTo("of the second");
        assertThat(Files.readAllLines(log)).containsExactly("of the first", "of the second");
    }

    private static Child ended(Child child) {
        child.awaitStop(System.nanoTime() + TimeUnit.SECONDS.toNanos(30));
        return child;
    }
}
