package io.dotkv.launcher.cli;

import com.google.protobuf.ByteString;
import io.dotkv.launcher.client.CallFailed;
import io.dotkv.launcher.client.Client;
import io.dotkv.launcher.transfer.BadLine;
import io.dotkv.launcher.transfer.ClusterScan;
import io.dotkv.launcher.transfer.EntrySource;
import io.dotkv.launcher.transfer.Format;
import io.dotkv.launcher.transfer.LocalScan;
import io.dotkv.launcher.transfer.Pair;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code dotkv dump}. */
@Command(
        name = "dump",
        description = {
            "Writes every key with its value to standard output, in byte order of the key, in the form that load reads.",
            "With tsv the bytes are written as they are. An entry that this cannot hold (a tab in the key, a line break"
                    + " anywhere) is left out, counted and reported: use jsonl, which holds everything.",
            "The pages are read one after the other and are together not one snapshot."
        },
        exitCodeListHeading = ExitCode.HEADING,
        exitCodeList = {
            "0:everything was written",
            ExitCode.LINE_USAGE,
            "4:unavailable: the dump is not complete",
            "6:refused: some entries cannot be written in this format, or the node refused the scan",
            ExitCode.LINE_INTERNAL
        })
public final class DumpCommand implements Callable<Integer> {
    /** What to write of a key with several values. */
    enum Siblings {
        /** The newest value. */
        NEWEST,
        /** Each value on a line of its own, newest first. */
        ALL;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private static final int SHOWN = 10;

    private final Console console;
    private long entries;
    private long conflicts;
    private long typed;
    private long unwritable;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "tsv",
            description = "How entries are written: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private Format format = Format.TSV;

    @Option(
            names = "--siblings",
            paramLabel = "WHICH",
            defaultValue = "newest",
            description = "Of a key with several values write: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private Siblings siblings = Siblings.NEWEST;

    @Option(names = "--prefix", paramLabel = "TEXT", defaultValue = "", description = "Only keys that begin with this.")
    private String prefix = "";

    @Option(
            names = "--local",
            description = "Only what the own storage of the one --endpoint holds; no other node is asked or repaired.")
    private boolean local;

    @Option(
            names = "--page-size",
            paramLabel = "COUNT",
            defaultValue = "1000",
            description = "Keys to ask for at a time, 1 to 10000. Default: ${DEFAULT-VALUE}.")
    private int pageSize = 1000;

    @Mixin
    private LevelOption level = new LevelOption();

    @Mixin
    private ClientOptions options = new ClientOptions();

    /** A command at this console. */
    public DumpCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws CallFailed, IOException {
        ByteString from = ByteString.copyFromUtf8(prefix);
        try (Client client = local ? options.openOne(options.only("--local looks at one node")) : options.open()) {
            EntrySource source = local
                    ? new LocalScan(client, from, pageSize)
                    : new ClusterScan(client, level.message(), from, pageSize);
            while (source.hasNext()) {
                for (EntrySource.Entry entry : source.nextPage()) {
                    write(entry);
                }
            }
        } catch (CallFailed failure) {
            console.say("the dump is not complete: it ended after " + Shown.count(entries, "key", "keys") + ".");
            throw failure;
        }
        return finish();
    }

    private void write(EntrySource.Entry entry) throws IOException {
        if (entry.values().isEmpty()) {
            typed++;
            return;
        }
        entries++;
        if (entry.values().size() > 1) {
            conflicts++;
        }
        List<ByteString> values =
                siblings == Siblings.ALL ? entry.values() : entry.values().subList(0, 1);
        for (ByteString value : values) {
            try {
                format.write(new Pair(entry.key(), value)).writeTo(console.data());
                console.data().write('\n');
            } catch (BadLine cannot) {
                unwritable++;
                if (unwritable <= SHOWN) {
                    console.say(Shown.text(entry.key()) + " was left out: " + cannot.why() + ".");
                }
            }
        }
    }

    private int finish() {
        console.out().flush();
        if (conflicts > 0) {
            console.say(Shown.count(conflicts, "key has", "keys have") + " several values, written concurrently; "
                    + (siblings == Siblings.ALL
                            ? "all were written."
                            : "the newest was written; --siblings all writes each."));
        }
        if (typed > 0) {
            console.say(Shown.count(typed, "key was", "keys were")
                    + " left out, having counters, sets, flags or maps and no"
                    + " plain value: a dump has plain values only.");
        }
        if (unwritable > 0) {
            console.say(Shown.count(unwritable, "entry", "entries") + " left out; --format jsonl holds everything.");
            return ExitCode.REFUSED;
        }
        return ExitCode.OK;
    }
}
