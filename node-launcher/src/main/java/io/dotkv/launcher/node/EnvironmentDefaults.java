package io.dotkv.launcher.node;

import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Gives every long option a default from the environment: {@code --data} from {@code DOTKV_DATA}. */
public final class EnvironmentDefaults implements IDefaultValueProvider {
    private final Map<String, String> environment;

    public EnvironmentDefaults(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
    }

    @Override
    public @Nullable String defaultValue(ArgSpec argument) {
        if (argument instanceof OptionSpec option && option.longestName().startsWith("--")) {
            return environment.get(variableOf(option.longestName()));
        }
        return null;
    }

    /** The variable of an option. */
    static String variableOf(String option) {
        return "DOTKV_" + option.substring(2).replace('-', '_').toUpperCase(Locale.ROOT);
    }
}
