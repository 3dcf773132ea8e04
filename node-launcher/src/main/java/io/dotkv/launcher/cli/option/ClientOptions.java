package io.dotkv.launcher.cli.option;

import io.dotkv.launcher.client.Client;
import io.dotkv.launcher.client.Endpoint;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of every command that makes calls. */
public final class ClientOptions {
    @Mixin
    private EndpointOption endpoint = new EndpointOption();

    @Option(
            names = {"-t", "--timeout"},
            paramLabel = "TIME",
            defaultValue = "5s",
            converter = DurationConverter.class,
            description = "Total timeout per call, retries included: 500ms, 5s, 2m. Default: " + "${DEFAULT-VALUE}.")
    private Duration timeout = Duration.ofSeconds(5);

    public Client open() {
        return new Client(endpoint.all(), timeout);
    }

    public Client openOne(Endpoint only) {
        return new Client(List.of(only), timeout);
    }

    public Endpoint only(String why) {
        return endpoint.only(why);
    }

    Duration timeout() {
        return timeout;
    }
}
