package io.dotkv.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("integration")
class ScanCommandsTest {
    private final FakeCluster cluster = new FakeCluster(2);
    private final String at = "--endpoint=" + cluster.endpoints();

    @BeforeEach
    void store() {
        for (String key : new String[] {"a", "user:1", "user:2", "user:3", "z"}) {
            assertThat(Run.of("put", key, "v-" + key, at).exitCode()).isZero();
        }
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    @Test
    void aScanListsKeysWithTheirValues() {
        assertThat(Run.of("scan", "--prefix", "user:", at).out())
                .isEqualTo("user:1  v-user:1\nuser:2  v-user:2\nuser:3  v-user:3\n");
        assertThat(Run.of("scan", "-o", "raw", at).out()).isEqualTo("a\nuser:1\nuser:2\nuser:3\nz\n");
        assertThat(Run.of("scan", "-o", "json", at).out().lines()).hasSize(5);
    }

    @Test
    void aScanThatWasCutSaysSo() {
        Run scan = Run.of("scan", "--limit", "2", "-o", "raw", at);
        assertThat(scan.out()).isEqualTo("a\nuser:1\n");
        assertThat(scan.err()).contains("there are more keys; --limit 0 lists all");
        assertThat(Run.of("scan", "--limit", "5", at).err()).isEmpty();
        assertThat(Run.of("scan", "--limit", "-1", at).exitCode()).isEqualTo(2);
    }

    @Test
    void aCountCountsKeys() {
        assertThat(Run.of("count", at).out()).isEqualTo("5 keys\n");
        assertThat(Run.of("count", "--prefix", "user:", "-o", "raw", at).out()).isEqualTo("3\n");
        assertThat(Run.of("count", "--prefix", "none", "-o", "json", at).out()).isEqualTo("{\"keys\":0}\n");
    }

    @Test
    void aPrefixIsDeletedWhenThePersonSaysYes() {
        Run no = Run.atTerminal("y\n", "delete", "--prefix", "user:", at);
        assertThat(no.exitCode()).isEqualTo(6);
        assertThat(no.err()).contains("Delete 3 keys that begin with user:? Write yes: ", "nothing was deleted");
        assertThat(cluster.store.size()).isEqualTo(5);
        Run yes = Run.atTerminal("yes\n", "delete", "--prefix", "user:", at);
        assertThat(yes.exitCode()).isZero();
        assertThat(yes.out()).isEqualTo("deleted  3 keys\n");
        assertThat(Run.of("scan", "-o", "raw", at).out()).isEqualTo("a\nz\n");
    }

    @Test
    void aScriptDeletesAPrefixWithYesOnly() {
        Run nobody = Run.of("delete", "--prefix", "user:", at);
        assertThat(nobody.exitCode()).isEqualTo(2);
        assertThat(nobody.err()).contains("add --yes");
        assertThat(cluster.store.size()).isEqualTo(5);
        assertThat(Run.of("delete", "--prefix", "user:", "--yes", "-o", "raw", at)
                        .out())
                .isEqualTo("3\n");
        assertThat(Run.of("delete", "--prefix", "user:", "--yes", "-o", "json", at)
                        .out())
                .isEqualTo("{\"deleted\":0}\n");
    }

    @Test
    void aKeyAndAPrefixDoNotGoTogether() {
        assertThat(Run.of("delete", at).err()).contains("give either KEY or --prefix TEXT");
        assertThat(Run.of("delete", "a", "--prefix", "a", "--yes", at).exitCode())
                .isEqualTo(2);
        assertThat(Run.of("delete", "--prefix", "a", "--yes", "--request-id", "one", at)
                        .exitCode())
                .isEqualTo(2);
        assertThat(cluster.store.size()).isEqualTo(5);
    }

    @Test
    void aDeletionThatEndsEarlySaysHowFarItCame() {
        cluster.node(1).replication.faults = key -> key.toStringUtf8().equals("user:2") ? Fault.INVALID : Fault.NONE;
        Run delete = Run.of("delete", "--prefix", "user:", "--yes", at);
        assertThat(delete.exitCode()).isEqualTo(6);
        assertThat(delete.err()).contains("at least 1 key is gone", "The value is too long.");
        cluster.node(1).replication.faults = key -> Fault.NONE;
        assertThat(Run.of("get", "user:2", at).exitCode()).isZero();
    }
}
