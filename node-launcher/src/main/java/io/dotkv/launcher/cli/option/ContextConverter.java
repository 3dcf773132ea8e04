package io.dotkv.launcher.cli.option;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Refuses an empty context: a variable that was never set must not turn a careful write into one that replaces everything, nor
 * a read of the own writes into any read.
 */
public final class ContextConverter implements ITypeConverter<String> {
    @Override
    public String convert(String text) {
        if (text.isBlank()) {
            throw new TypeConversionException("it is empty. Omit the option to proceed without a context");
        }
        return text;
    }
}
