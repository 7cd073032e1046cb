package io.millrace.job.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaPackage;
import org.apache.flink.annotation.Experimental;
import org.apache.flink.annotation.Internal;
import org.apache.flink.annotation.Public;
import org.apache.flink.annotation.PublicEvolving;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** House rules that a compiler and a formatter do not hold. */
class ConventionsTest {

    private static final DescribedPredicate<JavaClass> CONCRETE =
            DescribedPredicate.describe(
                    "are concrete",
                    type ->
                            !type.isInterface()
                                    && !type.isEnum()
                                    && !type.isAnonymousClass()
                                    && !type.isAssignableTo(Record.class)
                                    && !type.getModifiers().contains(JavaModifier.ABSTRACT)
                                    && !type.getSimpleName().equals("package-info"));

    private static final DescribedPredicate<JavaMethod> OWN =
            DescribedPredicate.describe("are not overridden from elsewhere", m -> !overrides(m));

    @Test
    void classesAreFinalUnlessAbstract() {
        classes()
                .that(CONCRETE)
                .and(notExtendedHere())
                .should()
                .haveModifier(JavaModifier.FINAL)
                .check(ArchitectureTest.CLASSES);
    }

    @Test
    void accessorsAreNamedWithoutGet() {
        methods()
                .that(OWN)
                .and()
                .arePublic()
                .should()
                .haveNameNotMatching("get[A-Z].*")
                .check(ArchitectureTest.CLASSES);
    }

    @Test
    void publicTypesOfFlinkModulesSayWhomTheyAreFor() {
        classes()
                .that()
                .resideInAnyPackage("io.millrace.operators..", "io.millrace.connectors.kafka..")
                .and()
                // What tests of this module share with that one.
                .resideOutsideOfPackage("io.millrace.operators.testing..")
                .and()
                .arePublic()
                .and()
                .areTopLevelClasses()
                .should()
                .beAnnotatedWith(PublicEvolving.class)
                .orShould()
                .beAnnotatedWith(Internal.class)
                .orShould()
                .beAnnotatedWith(Public.class)
                .orShould()
                .beAnnotatedWith(Experimental.class)
                .check(ArchitectureTest.CLASSES);
    }

    @Test
    void everyPackageIsNullMarked() {
        JavaPackage root = ArchitectureTest.CLASSES.getPackage("io.millrace");

        assertThat(root.getSubpackagesInTree())
                .filteredOn(p -> !p.getClasses().isEmpty())
                .allSatisfy(
                        p ->
                                assertThat(p.isAnnotatedWith(NullMarked.class))
                                        .as("%s is @NullMarked", p.getName())
                                        .isTrue());
    }

    private static DescribedPredicate<JavaClass> notExtendedHere() {
        return DescribedPredicate.describe(
                "have no subclass here", type -> type.getSubclasses().isEmpty());
    }

    private static boolean overrides(JavaMethod method) {
        JavaClass owner = method.getOwner();
        return owner.getAllRawSuperclasses().stream().anyMatch(type -> declares(type, method))
                || owner.getAllRawInterfaces().stream().anyMatch(type -> declares(type, method));
    }

    private static boolean declares(JavaClass type, JavaMethod method) {
        return type.getMethods().stream().anyMatch(m -> m.getName().equals(method.getName()));
    }
}
