package io.dotkv.launcher.cli;

import io.dotkv.launcher.cli.format.Console;
import io.dotkv.launcher.cli.format.ExitCode;
import io.dotkv.launcher.cli.format.Json;
import io.dotkv.launcher.cli.format.Table;
import io.dotkv.launcher.cli.format.UnknownWrite;
import io.dotkv.launcher.cli.option.CallOptions;
import io.dotkv.launcher.cli.option.KeyArgument;
import io.dotkv.launcher.cli.option.UpdateArguments;
import io.dotkv.launcher.cli.option.WriteOptions;
import io.dotkv.launcher.client.CallFailed;
import io.dotkv.launcher.client.Client;
import io.dotkv.proto.replication.v1.FieldChange;
import io.dotkv.proto.replication.v1.MapChange;
import io.dotkv.proto.replication.v1.ReplicationServiceGrpc;
import io.dotkv.proto.replication.v1.UpdateRequest;
import io.dotkv.proto.replication.v1.UpdateResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code dotkv update}. */
@Command(
        name = "update",
        description = {
            "Changes a counter, set, flag, register or map under a key. Concurrent changes merge by the "
                    + "rules of the type; several types can exist under one key.",
            "counter             add [AMOUNT], reset",
            "set                 add ELEMENT..., remove ELEMENT..., clear",
            "remove-wins-set     the same; a removal wins over a concurrent addition",
            "flag                enable, disable, reset; initially off, enabling wins",
            "disable-wins-flag   the same; initially on, disabling wins",
            "last-write          put VALUE, clear; the latest value wins",
            "register            put VALUE, clear; in a map field only (for a key, use put)",
            "map                 remove FIELD..., clear; use --field to change the content of a field"
        },
        footer = {
            "%nFor example:  dotkv update views counter add 5",
            "              dotkv update cart:42 set add apples pears",
            "              dotkv update user:7 counter add 1 --field visits",
            "--output raw prints the request id of the update."
        },
        exitCodeListHeading = ExitCode.HEADING,
        exitCodeList = {
            ExitCode.LINE_OK,
            ExitCode.LINE_USAGE,
            ExitCode.LINE_UNAVAILABLE,
            ExitCode.LINE_UNKNOWN_OUTCOME,
            ExitCode.LINE_REFUSED,
            ExitCode.LINE_INTERNAL
        })
public final class UpdateCommand implements Callable<Integer> {
    private final Console console;

    @Spec
    private CommandSpec command = CommandSpec.create();

    @Mixin
    private KeyArgument key = new KeyArgument();

    @Parameters(index = "1", paramLabel = "TYPE", description = "One of: ${COMPLETION-CANDIDATES}.")
    private UpdateArguments.Type type = UpdateArguments.Type.COUNTER;

    @Parameters(index = "2", paramLabel = "ACTION", description = "One of: ${COMPLETION-CANDIDATES}.")
    private UpdateArguments.Action action = UpdateArguments.Action.ADD;

    @Parameters(
            index = "3..*",
            paramLabel = "VALUE",
            description = "An amount, elements, fields or a value. (Use -- before one that starts with a " + "dash.)")
    private List<String> values = new ArrayList<>();

    @Option(
            names = "--field",
            paramLabel = "NAME",
            description = "The map field to change. Repeat it for nested maps, outermost first.")
    private List<String> fields = new ArrayList<>();

    @Mixin
    private WriteOptions write = new WriteOptions();

    @Mixin
    private CallOptions options = new CallOptions();

    /** A command at this console. */
    public UpdateCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws CallFailed, UnknownWrite {
        UpdateRequest request = request();
        try (Client client = options.open()) {
            show(write.call(client, ReplicationServiceGrpc.getUpdateMethod(), request));
        }
        return ExitCode.OK;
    }

    private UpdateRequest request() {
        if (type == UpdateArguments.Type.REGISTER && fields.isEmpty()) {
            throw wrong("the register of a key is its plain value: write it with dotkv put, or use --field");
        }
        FieldChange change;
        try {
            change = new UpdateArguments(type, action, values).message();
        } catch (IllegalArgumentException unfit) {
            throw wrong(String.valueOf(unfit.getMessage()));
        }
        for (String field : fields.reversed()) {
            change = FieldChange.newBuilder()
                    .setMap(MapChange.newBuilder().putFields(field, change))
                    .build();
        }
        UpdateRequest.Builder request = UpdateRequest.newBuilder()
                .setRawKey(key.bytes())
                .setConsistency(options.consistency())
                .setRequestId(write.requestId());
        if (change.hasMap()) {
            request.setMap(change.getMap());
        }
        if (change.hasCounter()) {
            request.setCounter(change.getCounter());
        }
        if (change.hasSet()) {
            request.setSet(change.getSet());
        }
        if (change.hasRemoveWinsSet()) {
            request.setRemoveWinsSet(change.getRemoveWinsSet());
        }
        if (change.hasFlag()) {
            request.setFlag(change.getFlag());
        }
        if (change.hasDisableWinsFlag()) {
            request.setDisableWinsFlag(change.getDisableWinsFlag());
        }
        if (change.hasLastWrite()) {
            request.setLastWrite(change.getLastWrite());
        }
        return request.build();
    }

    private ParameterException wrong(String sentence) {
        return new ParameterException(command.commandLine(), sentence);
    }

    private void show(UpdateResponse response) {
        switch (options.form()) {
            case JSON -> console.out().println(Json.of(response));
            case RAW -> console.out().println(response.getRequestId());
            case TABLE ->
                new Table()
                        .row("updated", key.toString())
                        .row("on", String.join(", ", response.getAcknowledgedByList()))
                        .printTo(console.out());
        }
    }
}
