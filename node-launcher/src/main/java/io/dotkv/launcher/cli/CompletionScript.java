package io.dotkv.launcher.cli;

import java.nio.file.Path;
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
 * Scripts that teach a shell what can be written after a command. Everything is in the script: to complete a word
 * starts no process.
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
              # Where words do not end at an equals sign, as in zsh.
              case $cur in --*=*) option=${cur%%=*}; glued="$option="; cur=${cur#*=} ;; *) glued="" ;; esac
              if [ -n "$option" ]; then
                word=$(_dotkv_words "$path" "$option")
              elif [ "${cur#-}" != "$cur" ]; then
                word="$(_dotkv_words "$path" valued) $(_dotkv_words "$path" flags)"
              else
                word="$(_dotkv_words "$path" commands) $(_dotkv_words "$path" "$position")"
              fi
              COMPREPLY=($(compgen -P "$glued" -W "$word" -- "$cur"))
            }
            complete -o default -F _dotkv dotkv
            """;

    /**
     * Walks the words before the cursor as the one for bash does: prints the command, and how many parameters it has.
     */
    private static final String FISH = """
            function __dotkv_walk
              set -l words (commandline -opc)
              set -l path ""
              set -l position 0
              set -l option ""
              for word in $words[2..]
                if test -n "$option"
                  set option ""
                else if contains -- "$word" (__dotkv_words "$path" commands)
                  set path (string trim -- "$path $word")
                else if contains -- "$word" (__dotkv_words "$path" valued)
                  set option $word
                else if not string match -q -- '-*' "$word"
                  set position (math $position + 1)
                end
              end
              printf '%s\\n' "$path" $position
            end
            function __dotkv_at
              set -l here (__dotkv_walk)
              test "$here[1]" = "$argv[1]"; and begin; test (count $argv) -eq 1; or test "$here[2]" = "$argv[2]"; end
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
        commands.forEach((name, each) -> bashCases(each, within(path, name), into));
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
        lines.add("function __dotkv_words");
        lines.add("  switch \"$argv[1]:$argv[2]\"");
        fishCases(root, "", lines);
        lines.add("  end");
        lines.add("end");
        lines.add(FISH.strip());
        fishLines(root, "", lines);
        return String.join("\n", lines);
    }

    private static void fishCases(CommandLine command, String path, List<String> into) {
        Map<String, CommandLine> commands = visible(command);
        fishCase(path, "commands", commands.keySet().stream(), into);
        fishCase(path, "valued", names(command.getCommandSpec(), true), into);
        commands.forEach((name, each) -> fishCases(each, within(path, name), into));
    }

    private static void fishCase(String path, String what, Stream<String> words, List<String> into) {
        String joined = words.map(word -> " '" + word + "'").collect(Collectors.joining());
        if (!joined.isEmpty()) {
            into.add("    case '" + path + ":" + what + "'");
            into.add("      printf '%s\\n'" + joined);
        }
    }

    private static void fishLines(CommandLine command, String path, List<String> into) {
        String here = "__dotkv_at \"" + path + "\"";
        CommandSpec spec = command.getCommandSpec();
        Map<String, CommandLine> commands = visible(command);
        commands.forEach((name, each) -> into.add(fishLine(
                here + " 0", "-a " + name, each.getCommandSpec().usageMessage().description())));
        for (OptionSpec option : spec.options()) {
            String names = Stream.of(option.names())
                    .map(name -> name.startsWith("--") ? "-l " + name.substring(2) : "-s " + name.substring(1))
                    .collect(Collectors.joining(" "));
            String values = option.arity().max() > 0 ? " -r" + fishValues(option) : "";
            into.add(fishLine(here, names + values, option.description()));
        }
        for (PositionalParamSpec parameter : spec.positionalParameters()) {
            String values = fishValues(parameter);
            if (!values.isEmpty()) {
                into.add(fishLine(here + " " + parameter.index().min(), values.strip(), parameter.description()));
            }
        }
        commands.forEach((name, each) -> fishLines(each, within(path, name), into));
    }

    /** What may be written: one of some words, a file, or what nobody can offer. */
    private static String fishValues(ArgSpec argument) {
        List<String> candidates = candidates(argument);
        return !candidates.isEmpty()
                ? " -f -a '" + String.join(" ", candidates) + "'"
                : argument.type() == Path.class ? " -F" : "";
    }

    private static String within(String path, String name) {
        return path.isEmpty() ? name : path + " " + name;
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
