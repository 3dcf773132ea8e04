package io.dotkv.launcher.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * Scripts that teach a shell what can be written after a command. Everything is in the script: to complete a word starts no
 * process.
 */
final class CompletionScript {
    /** Walks the words before the cursor: which command, which option waits for its value, how many parameters. */
    private static final String BASH = """
            _dotkv() {
              local i word option="" glued="" position=0 path="" cur=${COMP_WORDS[COMP_CWORD]}
              for ((i = 1; i < COMP_CWORD; i++)); do
                word=${COMP_WORDS[i]}
                case $word in
                  =) continue ;;
                  :) glued=1; continue ;;
                esac
                if [ -n "$glued" ]; then glued=""; continue; fi
                if [ -n "$option" ]; then option=""; continue; fi
                case " $(_dotkv_words "$path" commands) " in *" $word "*) path="${path:+$path }$word"; continue ;; esac
                case " $(_dotkv_words "$path" valued) " in *" $word "*) option=$word; continue ;; esac
                case $word in -*) ;; *) position=$((position + 1)) ;; esac
              done
              [ "$cur" = "=" ] && cur=""
              if [ -n "$option" ]; then
                word=$(_dotkv_words "$path" "$option")
              elif [ "${cur#-}" != "$cur" ]; then
                word="$(_dotkv_words "$path" valued) $(_dotkv_words "$path" flags)"
              else
                word="$(_dotkv_words "$path" commands) $(_dotkv_words "$path" "$position")"
              fi
              COMPREPLY=($(compgen -W "$word" -- "$cur"))
            }
            complete -o default -F _dotkv dotkv
            """;

    private static final String FISH = """
            function __dotkv_parameters
              count (string match --invert -- '-*' (commandline -opc))
            end
            complete -c dotkv -f
            """;

    private CompletionScript() {}

    /** For bash, and for zsh with bashcompinit. */
    static String bash(CommandLine root) {
        List<String> lines = new ArrayList<>();
        lines.add("_dotkv_words() {");
        lines.add("  case \"$1:$2\" in");
        bashCases(root, "", lines);
        lines.add("  esac");
        lines.add("}");
        return String.join("\n", lines) + "\n" + BASH;
    }

    private static void bashCases(CommandLine command, String path, List<String> into) {
        CommandSpec spec = command.getCommandSpec();
        Map<String, CommandLine> commands = visible(command);
        bashCase(path, "commands", commands.keySet().stream(), into);
        bashCase(path, "flags", names(spec, false), into);
        bashCase(path, "valued", names(spec, true), into);
        for (OptionSpec option : spec.options()) {
            for (String name : option.names()) {
                bashCase(path, name, candidates(option).stream(), into);
            }
        }
        for (PositionalParamSpec parameter : spec.positionalParameters()) {
            bashCase(path, Integer.toString(parameter.index().min()), candidates(parameter).stream(), into);
        }
        commands.forEach((name, each) -> bashCases(each, path.isEmpty() ? name : path + " " + name, into));
    }

    private static void bashCase(String path, String what, Stream<String> words, List<String> into) {
        String joined = words.collect(Collectors.joining(" "));
        if (!joined.isEmpty()) {
            into.add("    \"" + path + ":" + what + "\") echo \"" + joined + "\" ;;");
        }
    }

    private static Stream<String> names(CommandSpec spec, boolean valued) {
        return spec.options().stream()
                .filter(option -> (option.arity().max() > 0) == valued)
                .flatMap(option -> Stream.of(option.names()));
    }

    /** For fish. */
    static String fish(CommandLine root) {
        List<String> lines = new ArrayList<>();
        fishLines(root, List.of(), lines);
        return FISH + String.join("\n", lines);
    }

    private static void fishLines(CommandLine command, List<String> path, List<String> into) {
        String here = path.isEmpty()
                ? "__fish_use_subcommand"
                : path.stream()
                        .map(name -> "__fish_seen_subcommand_from " + name)
                        .collect(Collectors.joining("; and "));
        Map<String, CommandLine> commands = visible(command);
        String none = path.isEmpty() || commands.isEmpty()
                ? here
                : here + "; and not __fish_seen_subcommand_from " + String.join(" ", commands.keySet());
        commands.forEach((name, each) -> into.add(fishLine(
                none, "-a " + name, each.getCommandSpec().usageMessage().description())));
        CommandSpec spec = command.getCommandSpec();
        for (OptionSpec option : spec.options()) {
            String names = Stream.of(option.names())
                    .map(name -> name.startsWith("--") ? "-l " + name.substring(2) : "-s " + name.substring(1))
                    .collect(Collectors.joining(" "));
            String values = candidates(option).isEmpty() ? "" : "f -a '" + String.join(" ", candidates(option)) + "'";
            into.add(fishLine(here, names + (option.arity().max() > 0 ? " -r" + values : ""), option.description()));
        }
        for (PositionalParamSpec parameter : spec.positionalParameters()) {
            if (!candidates(parameter).isEmpty()) {
                int before = 1 + path.size() + parameter.index().min();
                into.add(fishLine(
                        here + "; and test (__dotkv_parameters) -eq " + before,
                        "-a '" + String.join(" ", candidates(parameter)) + "'",
                        parameter.description()));
            }
        }
        commands.forEach((name, each) ->
                fishLines(each, Stream.concat(path.stream(), Stream.of(name)).toList(), into));
    }

    private static String fishLine(String condition, String what, String[] description) {
        String words = description.length == 0 ? "" : description[0];
        int end = words.indexOf(". ");
        String sentence = end < 0 ? words : words.substring(0, end + 1);
        return "complete -c dotkv -n '" + condition + "' " + what + " -d '"
                + sentence.replace("\\", "\\\\").replace("'", "\\'").replaceAll("\\$\\{[^}]*}", "…") + "'";
    }

    private static List<String> candidates(ArgSpec argument) {
        Iterable<String> candidates = argument.completionCandidates();
        return candidates == null
                ? List.of()
                : StreamSupport.stream(candidates.spliterator(), false).toList();
    }

    private static Map<String, CommandLine> visible(CommandLine command) {
        return command.getSubcommands().entrySet().stream()
                .filter(entry ->
                        !entry.getValue().getCommandSpec().usageMessage().hidden())
                .collect(Collectors.toMap(
                        Map.Entry::getKey, Map.Entry::getValue, (one, other) -> one, java.util.LinkedHashMap::new));
    }
}
