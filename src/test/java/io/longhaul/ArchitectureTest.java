package io.longhaul;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.time.Clock;
import java.time.temporal.Temporal;
import java.util.concurrent.Future;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The arrows between the packages, and what no package does. */
@DisplayName("The code")
class ArchitectureTest {
    private static final JavaClasses CODE = new ClassFileImporter()
            .importUrl(Main.class.getProtectionDomain().getCodeSource().getLocation());

    @Test
    void of_a_job_is_plain_java() {
        classes()
                .that()
                .resideInAPackage("io.longhaul.job..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("io.longhaul.job..", "java..", "org.jspecify..")
                .allowEmptyShould(true)
                .check(CODE);
    }

    @Test
    void of_a_policy_is_plain_java() {
        classes()
                .that()
                .resideInAPackage("io.longhaul.policy..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("io.longhaul.policy..", "io.longhaul.job..", "java..", "org.jspecify..")
                .check(CODE);
    }

    @Test
    void of_an_entity_knows_nothing_of_who_uses_it() {
        mayNotKnow("codec", "entity", "api", "scheduler", "transfer", "store", "notify", "ops");
        mayNotKnow("entity", "api", "scheduler", "transfer", "store", "notify", "ops");
    }

    @Test
    void of_the_five_shells_knows_nothing_of_the_other_four() {
        mayNotKnow("api", "scheduler", "transfer", "store", "notify", "ops");
        mayNotKnow("scheduler", "api", "transfer", "store", "notify", "ops");
        mayNotKnow("transfer", "api", "scheduler", "store", "notify", "ops");
        mayNotKnow("store", "api", "scheduler", "transfer", "notify", "ops");
        mayNotKnow("notify", "api", "scheduler", "transfer", "store", "ops");
    }

    @Test
    void that_makes_load_knows_a_node_by_its_api_only() {
        mayNotKnow("bench", "job", "entity", "api", "scheduler", "transfer", "store", "notify", "ops");
    }

    @Test
    void has_no_package_that_depends_on_itself_by_way_of_another() {
        slices().matching("io.longhaul.(*)..").should().beFreeOfCycles().check(CODE);
    }

    @Test
    void that_decides_knows_no_actors() {
        noClasses()
                .that()
                .resideInAPackage("io.longhaul.scheduler")
                .and()
                .haveSimpleNameStartingWith("Schedule")
                .and()
                .haveSimpleNameNotStartingWith("Scheduler")
                .or()
                .haveFullyQualifiedName("io.longhaul.scheduler.Plan")
                .or()
                .haveFullyQualifiedName("io.longhaul.scheduler.DueRound")
                .or()
                .haveFullyQualifiedName("io.longhaul.transfer.TransferPlan")
                .or()
                .haveFullyQualifiedName("io.longhaul.transfer.Bandwidth")
                .or()
                .haveFullyQualifiedName("io.longhaul.notify.DeliveryRules")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("akka..", "scala..")
                .allowEmptyShould(true)
                .check(CODE);
    }

    /** Time is given: to decisions as a parameter, to shells as a clock. Only the edge reads the machine's. */
    @Test
    void reads_the_time_at_the_edge_only() {
        var readsTime = calls("now", Temporal.class)
                .or(calls("currentTimeMillis", System.class))
                .or(calls("system(UTC|DefaultZone)?", Clock.class));
        noClasses()
                .that()
                .resideOutsideOfPackage("io.longhaul.ops..")
                .and()
                .doNotHaveFullyQualifiedName(Main.class.getName())
                .should()
                .callMethodWhere(readsTime)
                .allowEmptyShould(true)
                .check(CODE);
    }

    /** An actor that waits holds up everything else on its thread. Starting and ending a node may wait. */
    @Test
    void waits_for_nothing_while_it_works() {
        var waits = calls("get|join", Future.class)
                .or(calls("result|ready", "scala.concurrent.Await$"))
                .or(calls("result|ready", "scala.concurrent.Await"));
        noClasses()
                .that()
                .resideOutsideOfPackage("io.longhaul.ops..")
                .should()
                .callMethodWhere(waits)
                .allowEmptyShould(true)
                .check(CODE);
    }

    @Test
    void sleeps_nowhere() {
        noClasses().should().callMethodWhere(calls("sleep", Thread.class)).check(CODE);
    }

    @Test
    void has_no_null_that_is_not_declared() {
        classes().should(resideInANullMarkedPackage()).check(CODE);
    }

    private static void mayNotKnow(String one, String... others) {
        String[] packages = java.util.Arrays.stream(others)
                .map(other -> "io.longhaul." + other + "..")
                .toArray(String[]::new);
        noClasses()
                .that()
                .resideInAPackage("io.longhaul." + one + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(packages)
                .orShould()
                .dependOnClassesThat()
                .resideInAPackage("io.longhaul")
                .allowEmptyShould(true)
                .check(CODE);
    }

    private static DescribedPredicate<JavaCall<?>> calls(String names, Class<?> type) {
        return calls(names, type.getName());
    }

    private static DescribedPredicate<JavaCall<?>> calls(String names, String type) {
        return DescribedPredicate.describe(
                type + "." + names,
                call -> call.getTargetOwner().isAssignableTo(type)
                        && call.getName().matches(names));
    }

    private static ArchCondition<JavaClass> resideInANullMarkedPackage() {
        return new ArchCondition<>("reside in a package that is @NullMarked") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                boolean marked = type.getPackage().isAnnotatedWith(NullMarked.class);
                events.add(new SimpleConditionEvent(
                        type, marked, "package-info.java of " + type.getPackageName() + " is not @NullMarked"));
            }
        };
    }
}
