package io.millrace.job.architecture;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

/** The arrows between the modules, and what each of them must not know. */
class ArchitectureTest {

    static final JavaClasses CLASSES =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages("io.millrace");

    /** Reading the time or drawing numbers that no caller can choose. */
    private static final DescribedPredicate<JavaMethodCall> OWN_CLOCK_OR_CHANCE =
            DescribedPredicate.describe(
                    "read a clock or random numbers of their own",
                    call ->
                            isCall(call, System.class, "currentTimeMillis|nanoTime")
                                    || isCall(call, Instant.class, "now")
                                    || isCall(call, Clock.class, "system.*")
                                    || isCall(call, InstantSource.class, "system")
                                    || isCall(call, Math.class, "random"));

    private static boolean isCall(JavaMethodCall call, Class<?> owner, String method) {
        return target(owner(name(owner.getName()))).test(call)
                && target(nameMatching(method)).test(call);
    }

    @Test
    void arrowsBetweenModulesPointOneWay() {
        layeredArchitecture()
                .consideringOnlyDependenciesInAnyPackage("io.millrace..")
                .layer("core")
                .definedBy("io.millrace.core..")
                .layer("wire")
                .definedBy("io.millrace.wire..")
                .layer("gpu-udf")
                .definedBy("io.millrace.gpu..")
                .layer("operators")
                .definedBy("io.millrace.operators..")
                .layer("connectors")
                .definedBy("io.millrace.connectors..")
                .layer("gateway")
                .definedBy("io.millrace.gateway..")
                .layer("flink-job")
                .definedBy("io.millrace.job..")
                .whereLayer("flink-job")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("gpu-udf")
                .mayOnlyBeAccessedByLayers("flink-job")
                .whereLayer("operators")
                .mayOnlyBeAccessedByLayers("flink-job")
                .whereLayer("connectors")
                .mayOnlyBeAccessedByLayers("flink-job")
                .whereLayer("gateway")
                .mayOnlyBeAccessedByLayers("flink-job")
                .whereLayer("wire")
                .mayOnlyBeAccessedByLayers("connectors", "gateway", "flink-job")
                .whereLayer("core")
                .mayOnlyBeAccessedByLayers(
                        "wire", "gpu-udf", "operators", "connectors", "gateway", "flink-job")
                .check(CLASSES);
    }

    @Test
    void coreKnowsNothingButJava() {
        noClasses()
                .that()
                .resideInAPackage("io.millrace.core..")
                .should()
                .dependOnClassesThat(
                        DescribedPredicate.not(
                                resideInAnyPackage(
                                        "io.millrace.core..", "java..", "org.jspecify..")))
                .check(CLASSES);
    }

    @Test
    void coreDoesNoInputOrOutput() {
        noClasses()
                .that()
                .resideInAPackage("io.millrace.core..")
                .should()
                .dependOnClassesThat(
                        resideInAnyPackage("java.nio.file..", "java.nio.channels..", "java.net..")
                                .or(nameMatching("java\\.io\\.(File|RandomAccess).*")))
                .check(CLASSES);
    }

    @Test
    void coreHasNoClockAndNoChanceOfItsOwn() {
        noClasses()
                .that()
                .resideInAPackage("io.millrace.core..")
                .should()
                .callMethodWhere(OWN_CLOCK_OR_CHANCE)
                .check(CLASSES);
    }

    @Test
    void engineKnowsNoFlink() {
        noDependency("io.millrace.gpu..", "org.apache.flink..").check(CLASSES);
    }

    @Test
    void gatewayKnowsNoFlink() {
        noDependency("io.millrace.gateway..", "org.apache.flink..").check(CLASSES);
    }

    @Test
    void operatorsAndConnectorsKnowNoEngineLibrary() {
        noDependency("io.millrace.operators..", "ai.djl..").check(CLASSES);
        noDependency("io.millrace.connectors..", "ai.djl..").check(CLASSES);
    }

    @Test
    void onlyTheJobKnowsConfigOptions() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.millrace.job..")
                .should()
                .dependOnClassesThat(
                        nameMatching("org\\.apache\\.flink\\.configuration\\.ConfigOptions?"))
                .check(CLASSES);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("io.millrace.(*).(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void onlyTheTerminalWritesToTheConsole() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName("io.millrace.job.cli.Terminal")
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .check(CLASSES);
    }

    private static ArchRule noDependency(String from, String to) {
        return noClasses()
                .that()
                .resideInAPackage(from)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(to);
    }
}
