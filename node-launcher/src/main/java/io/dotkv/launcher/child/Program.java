package io.dotkv.launcher.child;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How this program is started.
 *
 * @param script the start script, by which children are started
 * @param typed what a person types to start it
 */
public record Program(Path script, String typed) {
    /** The program that runs here, when it was started by its script. */
    public static Optional<Program> running() {
        String home = System.getProperty("dotkv.home");
        if (home == null) {
            return Optional.empty();
        }
        Path script = Path.of(home, "bin", "dotkv");
        return Files.isExecutable(script)
                ? Optional.of(new Program(script, System.getProperty("dotkv.self", script.toString())))
                : Optional.empty();
    }

    /** The command that starts it with these arguments. */
    public List<String> command(List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(script.toString());
        command.addAll(arguments);
        return command;
    }
}
