package io.dotkv.launcher;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * A package is one concept of a size that one can look over, a name is one thing, and packages know each other one way
 * only.
 */
class PackagesTest {
    private static final int MOST_FILES = 20;

    private static final JavaClasses EVERYTHING = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.dotkv")
            .that(DescribedPredicate.describe(
                    "not generated", type -> !type.getPackageName().startsWith("io.dotkv.proto")));

    private static Stream<JavaClass> topLevel() {
        return EVERYTHING.stream()
                .filter(JavaClass::isTopLevelClass)
                .filter(type -> !type.getSimpleName().equals("package-info"));
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("io.dotkv.(**)").should().beFreeOfCycles().check(EVERYTHING);
    }

    @Test
    void aPackageHasAFewTypes() {
        Map<String, Set<String>> types = topLevel()
                .collect(groupingBy(
                        JavaClass::getPackageName,
                        TreeMap::new,
                        mapping(JavaClass::getSimpleName, toCollection(TreeSet::new))));
        assertThat(types).allSatisfy((name, its) -> assertThat(its).as(name).hasSizeLessThanOrEqualTo(MOST_FILES));
    }

    @Test
    void aNameIsOneType() {
        Map<String, Set<String>> types = topLevel()
                .collect(groupingBy(
                        JavaClass::getSimpleName,
                        TreeMap::new,
                        mapping(JavaClass::getName, toCollection(TreeSet::new))));
        assertThat(types).allSatisfy((name, its) -> assertThat(its).hasSize(1));
    }
}
