package io.dotkv.launcher.cli.option;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A text that is not empty. With a variable that was never set, a write with a context would replace everything, a read
 * of own writes could be any read, and each retry of a write with a request id would be another write.
 */
public final class NonEmptyText implements ITypeConverter<String> {
    @Override
    public String convert(String text) {
        if (text.isBlank()) {
            throw new TypeConversionException("it is empty. Give it a value, or omit the option");
        }
        return text;
    }
}
