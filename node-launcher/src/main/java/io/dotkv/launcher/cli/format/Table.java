package io.dotkv.launcher.cli.format;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** Rows of cells in columns that are as wide as their widest cell, two spaces apart. */
public final class Table {
    private final List<List<String>> rows = new ArrayList<>();

    public Table row(String... cells) {
        rows.add(List.of(cells));
        return this;
    }

    public void printTo(PrintStream out) {
        int columns = rows.stream().mapToInt(List::size).max().orElse(0);
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int column = 0; column < row.size(); column++) {
                widths[column] = Math.max(widths[column], width(row.get(column)));
            }
        }
        rows.forEach(row -> out.println(line(row, widths)));
    }

    private static String line(List<String> row, int[] widths) {
        StringBuilder line = new StringBuilder();
        int indent = 0;
        for (int column = 0; column < row.size(); column++) {
            String cell = row.get(column).replace("\n", "\n" + " ".repeat(indent));
            line.append(cell).repeat(' ', Math.max(0, widths[column] - width(row.get(column))) + 2);
            indent += widths[column] + 2;
        }
        return line.toString().stripTrailing();
    }

    private static int width(String cell) {
        return cell.lines()
                .mapToInt(line -> line.codePointCount(0, line.length()))
                .max()
                .orElse(0);
    }
}
