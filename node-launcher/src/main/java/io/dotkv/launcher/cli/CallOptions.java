package io.dotkv.launcher.cli;

import io.dotkv.launcher.client.Client;
import io.dotkv.proto.replication.v1.Consistency;
import picocli.CommandLine.Mixin;

/** The options of every command that reads or writes keys and shows an answer. */
final class CallOptions {
    @Mixin
    private LevelOption level = new LevelOption();

    @Mixin
    private OutputOption output = new OutputOption();

    @Mixin
    private ClientOptions client = new ClientOptions();

    Consistency consistency() {
        return level.message();
    }

    Output form() {
        return output.form();
    }

    Client open() {
        return client.open();
    }
}
