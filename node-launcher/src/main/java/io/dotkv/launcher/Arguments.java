package io.dotkv.launcher;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * The arguments of this process as they were typed: UTF-8, whatever the locale says.
 *
 * <p>Java decodes arguments by the charset of the locale before the program begins, and puts a replacement character in
 * the place of every byte that does not fit: two keys can become one. So an argument that is not ASCII is read again,
 * as bytes, where the system shows them (Linux: {@code /proc/self/cmdline}). Elsewhere (macOS, where Java always
 * decodes as UTF-8) an argument with a replacement character is refused, since nobody can tell what it was.
 */
final class Arguments {
    private static final Path OF_PROCESS = Path.of("/proc/self/cmdline");
    private static final int REPLACEMENT = 0xFFFD;

    /** An argument that cannot be taken; the message is a sentence for the person who typed it. */
    static final class NotText extends Exception {
        private static final long serialVersionUID = 1;

        private NotText(int index, String shown) {
            super("argument " + (index + 1) + ", " + shown
                    + ", is not UTF-8. Write a key in hexadecimal with --raw-key hex, and give a value by --file or"
                    + " by standard input.");
        }
    }

    private Arguments() {}

    /** The arguments as they were typed, for those that Java decoded. */
    static List<String> asTyped(List<String> decoded) throws NotText {
        return asTyped(decoded, decoded.stream().allMatch(Arguments::isAscii) ? Optional.empty() : ofProcess());
    }

    /** The same, where the command line of the process is known: each argument followed by a zero byte. */
    static List<String> asTyped(List<String> decoded, Optional<byte[]> commandLine) throws NotText {
        List<byte[]> raw = commandLine.map(Arguments::split).orElse(List.of());
        List<byte[]> last = raw.subList(Math.max(0, raw.size() - decoded.size()), raw.size());
        boolean fits = fits(decoded, last);
        List<String> typed = new ArrayList<>();
        for (int index = 0; index < decoded.size(); index++) {
            typed.add(fits ? text(index, last.get(index)) : unlessReplaced(index, decoded.get(index)));
        }
        return typed;
    }

    /** Arguments can come from elsewhere (a file that was given to Java): then the command line has others. */
    private static boolean fits(List<String> decoded, List<byte[]> raw) {
        if (raw.size() != decoded.size()) {
            return false;
        }
        for (int index = 0; index < raw.size(); index++) {
            String latin = new String(raw.get(index), StandardCharsets.ISO_8859_1);
            String java = decoded.get(index);
            if (isAscii(java) ? !latin.equals(java) : isAscii(latin)) {
                return false;
            }
        }
        return true;
    }

    private static String text(int index, byte[] raw) throws NotText {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(raw))
                    .toString();
        } catch (CharacterCodingException malformed) {
            throw new NotText(index, shown(raw));
        }
    }

    private static String unlessReplaced(int index, String java) throws NotText {
        if (java.indexOf(REPLACEMENT) >= 0) {
            throw new NotText(index, java);
        }
        return java;
    }

    private static String shown(byte[] raw) {
        StringBuilder shown = new StringBuilder();
        for (byte each : raw) {
            if (each >= ' ' && each < 0x7F) {
                shown.append((char) each);
            } else {
                shown.append("\\x").append(HexFormat.of().toHexDigits(each));
            }
        }
        return shown.toString();
    }

    private static boolean isAscii(String text) {
        return text.chars().allMatch(point -> point < 0x80);
    }

    private static List<byte[]> split(byte[] commandLine) {
        List<byte[]> parts = new ArrayList<>();
        int from = 0;
        for (int at = 0; at < commandLine.length; at++) {
            if (commandLine[at] == 0) {
                parts.add(java.util.Arrays.copyOfRange(commandLine, from, at));
                from = at + 1;
            }
        }
        return parts;
    }

    private static Optional<byte[]> ofProcess() {
        try {
            return Optional.of(Files.readAllBytes(OF_PROCESS));
        } catch (IOException notShown) {
            return Optional.empty();
        }
    }
}
