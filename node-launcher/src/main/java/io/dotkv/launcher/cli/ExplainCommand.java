package io.dotkv.launcher.cli;

import com.google.protobuf.Timestamp;
import io.dotkv.launcher.cli.cluster.ClusterNodesCommand;
import io.dotkv.launcher.cli.format.Console;
import io.dotkv.launcher.cli.format.DisplayText;
import io.dotkv.launcher.cli.format.ExitCode;
import io.dotkv.launcher.cli.format.Json;
import io.dotkv.launcher.cli.format.Table;
import io.dotkv.launcher.cli.option.ClientOptions;
import io.dotkv.launcher.cli.option.FullOption;
import io.dotkv.launcher.cli.option.KeyArgument;
import io.dotkv.launcher.cli.option.OutputOption;
import io.dotkv.launcher.client.CallFailed;
import io.dotkv.launcher.client.Client;
import io.dotkv.proto.replication.v1.Contact;
import io.dotkv.proto.replication.v1.ExplainRequest;
import io.dotkv.proto.replication.v1.ExplainResponse;
import io.dotkv.proto.replication.v1.KeyReplica;
import io.dotkv.proto.replication.v1.KeyValue;
import io.dotkv.proto.replication.v1.Presence;
import io.dotkv.proto.replication.v1.ReplicationServiceGrpc;
import io.dotkv.proto.replication.v1.Vote;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code dotkv explain}. */
@Command(
        name = "explain",
        description = {
            "Shows what each replica has for a key, what is missing where and why, and why there are " + "siblings.",
            "It needs no quorum, repairs nothing, and works while replicas are down."
        },
        footer = "%n--output raw prints the findings only, one per line.",
        exitCodeListHeading = ExitCode.HEADING,
        exitCodeList = {
            "0:ok: the key was explained, whether or not it has a value",
            ExitCode.LINE_USAGE,
            ExitCode.LINE_UNAVAILABLE_TO_READ,
            ExitCode.LINE_REFUSED,
            ExitCode.LINE_INTERNAL
        })
public final class ExplainCommand implements Callable<Integer> {
    private final Console console;

    @Mixin
    private KeyArgument key = new KeyArgument();

    @Mixin
    private OutputOption output = new OutputOption();

    @Mixin
    private FullOption full = new FullOption();

    @Mixin
    private ClientOptions options = new ClientOptions();

    /** A command at this console. */
    public ExplainCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws CallFailed {
        ExplainRequest request =
                ExplainRequest.newBuilder().setRawKey(key.bytes()).build();
        try (Client client = options.open()) {
            ExplainResponse response = client.read(ReplicationServiceGrpc.getExplainMethod(), request);
            switch (output.form()) {
                case JSON -> console.out().println(Json.of(response));
                case RAW -> response.getFindingsList().forEach(console.out()::println);
                case TABLE -> table(response);
            }
            return ExitCode.OK;
        }
    }

    private void table(ExplainResponse response) {
        Table head = new Table().row("key", key.toString());
        head.row(
                "partition",
                response.getPartition() + ", on "
                        + response.getReplicasList().stream()
                                .map(KeyReplica::getNode)
                                .collect(Collectors.joining(", ")));
        response.getReplicasList().forEach(replica -> head.row(replica.getNode(), words(replica)));
        head.printTo(console.out());
        for (KeyValue value : response.getValuesList()) {
            console.out().println();
            Table table =
                    new Table().row("value", DisplayText.text(DisplayText.bytes(value.getValue()), full.room(console)));
            table.row("event", value.getValue().getDot());
            table.row(
                    "written",
                    DisplayText.time(value.getValue().getWrittenAt()) + ", "
                            + age(value.getValue().getWrittenAt()) + ", by " + value.getTakenBy());
            table.row("size", DisplayText.count(value.getValueBytes(), "byte", "bytes"));
            table.row("on", String.join(", ", value.getOnList()));
            rowOf(table, "missing on", value.getMissingOnList());
            rowOf(table, "replaced on", value.getReplacedOnList());
            rowOf(table, "concurrent with", value.getConcurrentWithList());
            table.printTo(console.out());
        }
        console.out().println();
        response.getFindingsList().forEach(console.out()::println);
    }

    private static void rowOf(Table table, String name, List<String> items) {
        if (!items.isEmpty()) {
            table.row(name, String.join(", ", items));
        }
    }

    private static String words(KeyReplica replica) {
        if (replica.getContact() != Contact.REACHED) {
            return "not known: " + replica.getTrouble();
        }
        String more = replica.getValues() > replica.getDotsCount() ? ", …" : "";
        String values = replica.getValues() == 0
                ? ""
                : DisplayText.count(replica.getValues(), "value", "values") + " ("
                        + String.join(", ", replica.getDotsList()) + more + "), "
                        + DisplayText.count(replica.getValueBytes(), "byte", "bytes");
        String parts = replica.getParts() == 0
                ? ""
                : DisplayText.count(replica.getParts(), "part of data types", "parts of data types");
        String what = replica.getPresence() == Presence.NOT_FOUND
                ? "no value"
                : values + (values.isEmpty() || parts.isEmpty() ? "" : "; ") + parts;
        return replica.getVote() == Vote.DOES_NOT_VOTE ? what + "; does not vote" : what;
    }

    private static String age(Timestamp written) {
        long millis = System.currentTimeMillis() - (written.getSeconds() * 1000 + written.getNanos() / 1_000_000);
        return millis < 0 ? "in the future by this machine's clock" : ClusterNodesCommand.span(millis) + " ago";
    }
}
