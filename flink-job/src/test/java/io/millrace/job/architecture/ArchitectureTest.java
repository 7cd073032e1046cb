package io.millrace.job.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The arrows between modules, and what core must not know. */
@AnalyzeClasses(packages = "io.millrace", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule arrowsPointOneWay =
            layeredArchitecture()
                    .consideringOnlyDependenciesInLayers()
                    .layer("core")
                    .definedBy("io.millrace.core..")
                    .layer("gpu-udf")
                    .definedBy("io.millrace.gpu..")
                    .layer("operators")
                    .definedBy("io.millrace.operators..")
                    .layer("connectors")
                    .definedBy("io.millrace.connectors..")
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
                    .whereLayer("core")
                    .mayOnlyBeAccessedByLayers("gpu-udf", "operators", "connectors", "flink-job");

    @ArchTest
    static final ArchRule coreIsPlainJava =
            noClasses()
                    .that()
                    .resideInAPackage("io.millrace.core..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "org.apache..",
                            "ai.djl..",
                            "com.fasterxml..",
                            "org.slf4j..",
                            "java.nio.file..",
                            "java.net..");

    @ArchTest
    static final ArchRule coreHasNoClock =
            noClasses()
                    .that()
                    .resideInAPackage("io.millrace.core..")
                    .should()
                    .callMethod(System.class, "currentTimeMillis")
                    .orShould()
                    .callMethod(System.class, "nanoTime")
                    .orShould()
                    .callMethod(java.time.Instant.class, "now");

    @ArchTest
    static final ArchRule engineKnowsNoFlink =
            noClasses()
                    .that()
                    .resideInAPackage("io.millrace.gpu..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("org.apache.flink..", "org.apache.kafka..");

    @ArchTest
    static final ArchRule operatorsKnowNoEngine =
            noClasses()
                    .that()
                    .resideInAPackage("io.millrace.operators..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("ai.djl..", "org.apache.kafka..");
}
