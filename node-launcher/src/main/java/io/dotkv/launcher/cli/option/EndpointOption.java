package io.dotkv.launcher.cli.option;

import io.dotkv.launcher.client.Endpoint;
import java.util.List;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The option that names the nodes to talk to. */
public final class EndpointOption {
    /** Where {@code dotkv demo} listens. */
    static final String DEFAULT = "localhost:3001,localhost:3002,localhost:3003";

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command = CommandSpec.create();

    @Option(
            names = {"-e", "--endpoint"},
            paramLabel = "HOST:PORT[,...]",
            defaultValue = "${env:DOTKV_ENDPOINT:-" + DEFAULT + "}",
            converter = Converter.class,
            description = "Nodes to connect to, tried in this order; also read from DOTKV_ENDPOINT. " + "Default: "
                    + DEFAULT + ".")
    private List<Endpoint> endpoints = List.of();

    /** The endpoints: at least one. */
    public List<Endpoint> all() {
        return endpoints;
    }

    /** The endpoint, where a command needs exactly one. */
    Endpoint only(String why) {
        if (endpoints.size() != 1) {
            throw new ParameterException(command.commandLine(), why + ": give one --endpoint, not " + endpoints.size());
        }
        return endpoints.getFirst();
    }

    /** Reads what {@code Endpoint.parseAll} reads. */
    static final class Converter implements ITypeConverter<List<Endpoint>> {
        @Override
        public List<Endpoint> convert(String text) {
            try {
                return Endpoint.parseAll(text);
            } catch (IllegalArgumentException refused) {
                throw new picocli.CommandLine.TypeConversionException(refused.getMessage());
            }
        }
    }
}
