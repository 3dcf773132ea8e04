package io.dotkv.launcher.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Cuts a command line into words, as a shell does with single quotes and comments; all that examples use. */
final class ShellWords {
    private static final Pattern WORD = Pattern.compile("'([^']*)'|#.*|(\\S+)");

    private ShellWords() {}

    static List<String> of(String line) {
        List<String> words = new ArrayList<>();
        Matcher matcher = WORD.matcher(line);
        while (matcher.find()) {
            if (matcher.group(1) != null) {
                words.add(matcher.group(1));
            } else if (matcher.group(2) != null) {
                words.add(matcher.group(2));
            }
        }
        return words;
    }
}
