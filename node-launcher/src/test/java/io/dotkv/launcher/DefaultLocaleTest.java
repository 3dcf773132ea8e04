package io.dotkv.launcher;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.text.DecimalFormat;
import java.text.NumberFormat;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Scanner;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What is written and read is the same on every machine: nothing formats, changes case, encodes or decodes by the
 * locale or the charset of the machine. A call that can take a {@link Locale} or a {@link Charset} is given one.
 */
@Tag("integration")
class DefaultLocaleTest {
    private static final DescribedPredicate<JavaAccess<?>> BY_THE_MACHINE = DescribedPredicate.describe(
            "goes by the locale or the charset of the machine",
            access -> access.getTarget() instanceof CodeUnitAccessTarget target && goesByTheMachine(target));

    private static final ArchRule RULE = noClasses()
            .that(DescribedPredicate.not(resideInAPackage("io.dotkv.proto..")))
            .should()
            .accessTargetWhere(BY_THE_MACHINE)
            .because("output is the same everywhere: say Locale.ROOT and UTF_8");

    @Test
    void nothingGoesByTheLocaleOrTheCharsetOfTheMachine() {
        RULE.check(new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("io.dotkv"));
    }

    @Test
    void theRuleFindsEveryCallOfTheKind() {
        List<String> found = RULE.evaluate(new ClassFileImporter().importClasses(ByTheMachine.class))
                .getFailureReport()
                .getDetails();
        assertThat(found).hasSize(ByTheMachine.CALLS);
        assertThat(RULE.evaluate(new ClassFileImporter().importClasses(ByTheProgram.class))
                        .hasViolation())
                .isFalse();
    }

    private static boolean goesByTheMachine(CodeUnitAccessTarget target) {
        Set<String> given = Set.copyOf(
                target.getRawParameterTypes().stream().map(JavaClass::getName).toList());
        if (given.contains(Locale.class.getName()) || given.contains(Charset.class.getName())) {
            return false;
        }
        String name = target.getName();
        boolean bytes = given.contains(byte[].class.getName());
        return switch (target.getOwner().getName()) {
            case "java.lang.String" ->
                Set.of("format", "formatted").contains(name)
                        || (given.isEmpty()
                                && Set.of("toLowerCase", "toUpperCase", "getBytes")
                                        .contains(name))
                        || (name.equals("<init>") && bytes && !given.contains("java.lang.String"));
            case "java.io.PrintStream" -> Set.of("<init>", "format", "printf").contains(name);
            case "java.io.PrintWriter" ->
                Set.of("format", "printf").contains(name)
                        || (name.equals("<init>") && !given.contains("java.io.Writer"));
            case "java.util.Formatter",
                    "java.util.Scanner",
                    "java.io.InputStreamReader",
                    "java.io.OutputStreamWriter",
                    "java.io.FileReader",
                    "java.io.FileWriter",
                    "java.text.DecimalFormat",
                    "java.text.SimpleDateFormat",
                    "java.text.MessageFormat" -> name.equals("<init>");
            case "java.io.ByteArrayOutputStream" -> given.isEmpty() && name.equals("toString");
            case "java.text.NumberFormat", "java.text.DateFormat", "java.text.Collator" -> name.startsWith("get");
            case "java.time.format.DateTimeFormatter" -> name.startsWith("ofPattern") || name.startsWith("ofLocalized");
            case "java.util.Locale" -> name.equals("getDefault");
            case "java.nio.charset.Charset" -> name.equals("defaultCharset");
            default -> false;
        };
    }

    /** Each line is one call that must be found. */
    @SuppressWarnings({"DefaultCharset", "StringCaseLocaleUsage", "DefaultLocale", "unused"})
    private static final class ByTheMachine {
        static final int CALLS = 16;

        static Object[] calls(String text, byte[] bytes, PrintStream out) {
            Function<String, String> lower = String::toLowerCase;
            return new Object[] {
                lower,
                String.format("%d", 1),
                text.formatted(1),
                text.toUpperCase(),
                text.getBytes(),
                new String(bytes),
                out.printf("%d", 1),
                out.format("%d", 1),
                new PrintWriter(out),
                new InputStreamReader(new ByteArrayInputStream(bytes)),
                new Scanner(text),
                new ByteArrayOutputStream().toString(),
                NumberFormat.getInstance(),
                new DecimalFormat("0.0"),
                DateTimeFormatter.ofPattern("d"),
                Locale.getDefault(),
            };
        }
    }

    /** The same as it should be written. */
    @SuppressWarnings("unused")
    private static final class ByTheProgram {
        static Object[] calls(String text, byte[] bytes, PrintStream out) {
            return new Object[] {
                String.format(Locale.ROOT, "%d", 1),
                text.toUpperCase(Locale.ROOT),
                text.getBytes(java.nio.charset.StandardCharsets.UTF_8),
                new String(bytes, java.nio.charset.StandardCharsets.UTF_8),
                out.printf(Locale.ROOT, "%d", 1),
                NumberFormat.getInstance(Locale.ROOT),
            };
        }
    }
}
