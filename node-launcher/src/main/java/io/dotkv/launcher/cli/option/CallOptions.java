package io.dotkv.launcher.cli.option;

import io.dotkv.launcher.cli.format.Output;
import io.dotkv.launcher.client.Client;
import io.dotkv.proto.replication.v1.Consistency;
import picocli.CommandLine.Mixin;

/** The options of every command that reads or writes keys and shows an answer. */
public final class CallOptions {
    @Mixin
    private LevelOption level = new LevelOption();

    @Mixin
    private OutputOption output = new OutputOption();

    @Mixin
    private ClientOptions client = new ClientOptions();

    public Consistency consistency() {
        return level.message();
    }

    public Output form() {
        return output.form();
    }

    public Client open() {
        return client.open();
    }
}
