package io.dotkv.launcher;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.io.File;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.FileReader;
import java.io.FileWriter;
import java.io.RandomAccessFile;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Keeps the house standing: which floor may know which, and what the cores may not call. */
class ArchitectureTest {
    /**
     * The shells: everything that holds a thread, a clock, a file or a socket. A package not listed here is a core, and
     * gets time, randomness and effects from outside. Adapters ({@code ..grpc..}) and the launcher are shells too.
     */
    private static final String[] SHELLS = {
        "io.dotkv..system..",
        "io.dotkv.storage.identity..",
        "io.dotkv.storage.rocksdb..",
        "io.dotkv..grpc..",
        "io.dotkv.launcher..",
        "io.dotkv.proto..",
        "io.dotkv.wire..",
    };

    private static final JavaClasses EVERYTHING = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.dotkv");

    private static final DescribedPredicate<JavaClass> CORES =
            resideInAPackage("io.dotkv..").and(not(resideInAnyPackage(SHELLS))).as("core packages");

    /** To pass an interruption on is no use of threads. */
    private static final DescribedPredicate<JavaCall<?>> STARTS_OR_STOPS_A_THREAD = DescribedPredicate.describe(
            "creates, starts or stops a thread",
            call -> call.getTargetOwner().isEquivalentTo(Thread.class)
                    && !Set.of("currentThread", "interrupt", "isInterrupted").contains(call.getName()));

    static Stream<Arguments> floors() {
        return Stream.of(
                Arguments.of("kernel", List.of()),
                Arguments.of("proto", List.of()),
                Arguments.of("wire", List.of("kernel")),
                Arguments.of("storage", List.of("kernel", "proto", "wire")),
                Arguments.of("gossip", List.of("kernel", "proto", "wire")),
                Arguments.of("cluster", List.of("kernel", "proto", "wire", "gossip")),
                Arguments.of("replication", List.of("kernel", "proto", "wire", "cluster", "storage")),
                Arguments.of("simulation", List.of("kernel", "storage", "gossip", "cluster", "replication")));
    }

    @ParameterizedTest
    @MethodSource("floors")
    void arrowsPointDownOnly(String floor, List<String> below) {
        String[] known = Stream.concat(Stream.of(floor), below.stream())
                .map(name -> "io.dotkv." + name + "..")
                .toArray(String[]::new);
        check(classes()
                .that()
                .resideInAPackage("io.dotkv." + floor + "..")
                .should()
                .onlyDependOnClassesThat(not(resideInAPackage("io.dotkv..")).or(resideInAnyPackage(known)))
                .because("a module knows only the floors below it: " + below));
    }

    @Test
    void onlyAdaptersAndTheLauncherKnowGrpcAndMessages() {
        check(noClasses()
                .that()
                .resideOutsideOfPackages("..grpc..", "io.dotkv.launcher..", "io.dotkv.proto..", "io.dotkv.wire..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.grpc..", "com.google.protobuf..", "io.dotkv.proto..")
                .because("messages never travel inward"));
    }

    @Test
    void theCommandLineSpeaksToNodesThroughGrpcAlone() {
        check(noClasses()
                .that()
                .resideInAnyPackage(
                        "io.dotkv.launcher.cli..",
                        "io.dotkv.launcher.client..",
                        "io.dotkv.launcher.bench..",
                        "io.dotkv.launcher.demo..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.dotkv.storage..", "io.dotkv.gossip..", "io.dotkv.cluster..", "io.dotkv.replication..")
                .because("what the command line can do, any client can do"));
    }

    @Test
    void coresHaveNoClock() {
        check(noClasses()
                .that(CORES)
                .should()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(java.time.Instant.class, "now")
                .orShould()
                .callMethod(CompletableFuture.class, "orTimeout", long.class, TimeUnit.class)
                .orShould()
                .callMethod(CompletableFuture.class, "completeOnTimeout", Object.class, long.class, TimeUnit.class)
                .because("time is an argument"));
    }

    @Test
    void coresHaveNoDefaultRandomness() {
        check(noClasses()
                .that(CORES)
                .should()
                .callMethod(Math.class, "random")
                .orShould()
                .callMethod(UUID.class, "randomUUID")
                .orShould()
                .dependOnClassesThat(belongToAnyOf(
                        ThreadLocalRandom.class, java.util.Random.class, java.security.SecureRandom.class))
                .because("randomness is a seeded generator passed in"));
    }

    @Test
    void coresHaveNoThreads() {
        check(noClasses()
                .that(CORES)
                .should()
                .callCodeUnitWhere(STARTS_OR_STOPS_A_THREAD)
                .orShould()
                .dependOnClassesThat(belongToAnyOf(java.util.concurrent.Executors.class, java.util.Timer.class))
                .because("a core runs on the scheduler it is given"));
    }

    @Test
    void coresHaveNoFilesAndNoSockets() {
        check(noClasses()
                .that(CORES)
                .should()
                .dependOnClassesThat(belongToAnyOf(
                                File.class,
                                FileInputStream.class,
                                FileOutputStream.class,
                                FileReader.class,
                                FileWriter.class,
                                RandomAccessFile.class)
                        .or(resideInAnyPackage("java.nio.file..", "java.nio.channels..", "java.net.."))
                        .as("files and sockets"))
                .because("effects are carried out by shells"));
    }

    @Test
    void nothingIsNamedAfterNothing() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage("io.dotkv.proto..")
                .should()
                .haveNameMatching("io\\.dotkv\\.(.*\\.)?(util|utils|common|helper|helpers|misc)\\..*")
                .orShould()
                .haveNameMatching("io\\.dotkv\\.[^$]*(Util|Utils|Helper|Manager|Impl)")
                .because("a helper lives beside its only user, or is a well-named type"));
    }

    private static void check(ArchRule rule) {
        rule.allowEmptyShould(true).check(EVERYTHING);
    }
}
