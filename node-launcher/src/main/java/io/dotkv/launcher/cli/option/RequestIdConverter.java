package io.dotkv.launcher.cli.option;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Refuses an empty id: with a variable that was never set, each repetition would be another write. */
final class RequestIdConverter implements ITypeConverter<String> {
    @Override
    public String convert(String text) {
        if (text.isBlank()) {
            throw new TypeConversionException("it is empty. Omit the option to have an id generated");
        }
        return text;
    }
}
