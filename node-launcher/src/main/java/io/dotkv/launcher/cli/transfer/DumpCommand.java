package io.dotkv.launcher.cli.transfer;

import com.google.protobuf.ByteString;
import io.dotkv.launcher.cli.format.Console;
import io.dotkv.launcher.cli.format.DisplayText;
import io.dotkv.launcher.cli.format.ExitCode;
import io.dotkv.launcher.cli.option.ClientOptions;
import io.dotkv.launcher.cli.option.LevelOption;
import io.dotkv.launcher.client.CallFailed;
import io.dotkv.launcher.client.Channels;
import io.dotkv.launcher.client.Client;
import io.dotkv.launcher.transfer.BadLine;
import io.dotkv.launcher.transfer.ClusterScan;
import io.dotkv.launcher.transfer.DumpEntry;
import io.dotkv.launcher.transfer.EntrySource;
import io.dotkv.launcher.transfer.Format;
import io.dotkv.launcher.transfer.LocalScan;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code dotkv dump}. */
@Command(
        name = "dump",
        description = {
            "Writes every key with its content to standard output, in byte order of the keys, in the "
                    + "format that load reads.",
            "jsonl holds everything: counters, sets, flags, maps and siblings.",
            "tsv holds one plain value of each key, as raw bytes. Anything else (other types, siblings, a "
                    + "tab in the key, a line break anywhere) is skipped, counted and reported.",
            "Pages are read one after the other and are not one consistent snapshot."
        },
        exitCodeListHeading = ExitCode.HEADING,
        exitCodeList = {
            "0:everything was written",
            ExitCode.LINE_USAGE,
            "4:unavailable: the dump is incomplete",
            "6:refused: some data cannot be written in this format and was skipped, or the node refused " + "the scan",
            ExitCode.LINE_INTERNAL
        })
public final class DumpCommand implements Callable<Integer> {
    /** What to write of a key with several values. */
    enum Siblings {
        /** The newest value. */
        NEWEST,
        /** All values. With tsv each on a line of its own, the newest last: the last is the one that a load keeps. */
        ALL;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private static final int SHOWN = 10;
    private static final int MAX_PAGE_SIZE = 10_000;

    private final Console console;
    private long entries;
    private long conflicts;
    private long typed;
    private long unwritable;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "jsonl",
            description = "Output format: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private Format format = Format.JSONL;

    @Option(
            names = "--siblings",
            paramLabel = "WHICH",
            description =
                    "Which siblings to write: ${COMPLETION-CANDIDATES}. Default: all with jsonl, newest " + "with tsv.")
    private @Nullable Siblings siblings;

    @Option(names = "--prefix", paramLabel = "TEXT", defaultValue = "", description = "Only keys with this prefix.")
    private String prefix = "";

    @Option(
            names = "--local",
            description = "Read only the local storage of the one --endpoint; no other node is read or " + "repaired.")
    private boolean local;

    @Option(
            names = "--page-size",
            paramLabel = "COUNT",
            defaultValue = "1000",
            description = "Number of keys per page, 1 to 10000. Default: ${DEFAULT-VALUE}.")
    private int pageSize = 1000;

    @Spec
    private CommandSpec spec = CommandSpec.create();

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
        if (pageSize < 1 || pageSize > MAX_PAGE_SIZE) {
            throw new ParameterException(
                    spec.commandLine(), "--page-size is 1 to " + MAX_PAGE_SIZE + ", not " + pageSize);
        }
        if (!console.bytes().lockFile()) {
            console.say(
                    "another process loads, or dumps into, the file that is the standard output. Nothing was written.");
            return ExitCode.REFUSED;
        }
        ByteString from = ByteString.copyFromUtf8(prefix);
        try (Client client = local ? options.openOne(options.only("--local looks at one node")) : options.open()) {
            EntrySource source = local
                    ? new LocalScan(client, from, pageSize)
                    : new ClusterScan(client, level.message(), from, pageSize, Channels.MAX_ANSWER_BYTES);
            while (source.hasNext()) {
                for (DumpEntry entry : source.nextPage()) {
                    entries++;
                    write(entry);
                }
            }
            console.out().flush();
        } catch (CallFailed failure) {
            console.say("the dump is incomplete: it ended after " + DisplayText.count(entries, "key", "keys") + ".");
            throw failure;
        }
        return finish();
    }

    private void write(DumpEntry entry) throws IOException {
        boolean conflict = entry.hasSiblings();
        conflicts += conflict ? 1 : 0;
        switch (format) {
            case JSONL -> line(conflict && siblings == Siblings.NEWEST ? entry.newest() : entry);
            case TSV -> {
                typed += entry.hasTypes() ? 1 : 0;
                List<ByteString> values = entry.plainValues();
                int written = siblings == Siblings.ALL ? values.size() : Math.min(1, values.size());
                for (ByteString value : values.subList(0, written).reversed()) {
                    line(DumpEntry.plain(entry.key(), List.of(value)));
                }
            }
        }
    }

    private void line(DumpEntry entry) throws IOException {
        try {
            format.write(entry).writeTo(console.data());
            console.data().write('\n');
        } catch (BadLine cannot) {
            unwritable++;
            if (unwritable <= SHOWN) {
                console.say(DisplayText.text(entry.key()) + " was skipped: " + cannot.why() + ".");
            }
        }
    }

    /** Says what was left out. What was asked for is no failure. */
    private int finish() {
        boolean all = siblings == Siblings.ALL || (siblings == null && format == Format.JSONL);
        if (conflicts > 0) {
            console.say(DisplayText.count(conflicts, "key has", "keys have") + " several values, written concurrently; "
                    + (all ? "all were written." : "the newest was written; --siblings all writes each."));
        }
        if (typed > 0) {
            console.say(DisplayText.count(typed, "key has", "keys have")
                    + " counters, sets, flags or maps, which were skipped: tsv has plain values only.");
        }
        if (unwritable > 0) {
            console.say(DisplayText.count(unwritable, "entry", "entries") + " skipped.");
        }
        boolean complete = typed == 0 && unwritable == 0 && (conflicts == 0 || siblings != null || all);
        if (!complete) {
            console.say("--format jsonl holds everything.");
        }
        return complete ? ExitCode.OK : ExitCode.REFUSED;
    }
}
