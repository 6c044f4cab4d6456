package dev.arpeggio.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitCallTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/** The rules of the house that the compiler cannot check. */
final class Rules {

  private static final String CHORD = "dev.arpeggio.chord..";
  private static final String QUEUE = "dev.arpeggio.queue..";
  private static final String CLIENT = "dev.arpeggio.client..";
  private static final String ENSEMBLE = "dev.arpeggio.ensemble..";
  private static final String NODE = "dev.arpeggio.node..";
  private static final String PROTOCOL = "dev.arpeggio.protocol..";
  private static final String SIMULATOR = "dev.arpeggio.simulator..";
  private static final String GRPC = "io.grpc..";
  private static final String ZOOKEEPER = "org.apache.zookeeper..";

  /**
   * Calls that make two runs of one seed differ, by owner and name; {@code <init>()} is a
   * constructor without arguments.
   */
  private static final Set<String> FORBIDDEN =
      Set.of(
          "java.lang.System.currentTimeMillis",
          "java.lang.System.nanoTime",
          "java.lang.Thread.sleep",
          "java.lang.Thread.start",
          "java.lang.Math.random",
          "java.time.Instant.now",
          "java.time.LocalDateTime.now",
          "java.time.Clock.systemUTC",
          "java.util.UUID.randomUUID",
          "java.util.concurrent.ThreadLocalRandom.current",
          "java.util.Random.<init>()",
          "java.util.SplittableRandom.<init>()",
          "java.security.SecureRandom.<init>()",
          "java.util.Set.of",
          "java.util.Set.copyOf",
          "java.util.stream.Collectors.toSet");

  /** Types whose order of iteration is an accident. */
  private static final Set<String> HASH_ORDERED =
      Set.of(
          "java.util.HashMap",
          "java.util.HashSet",
          "java.util.IdentityHashMap",
          "java.util.WeakHashMap",
          "java.util.concurrent.ConcurrentHashMap");

  private Rules() {}

  /**
   * Single-threaded code that also runs in virtual time. Drivers, which touch the world, are not
   * part of it.
   */
  static final DescribedPredicate<JavaClass> PROTOCOL_CODE =
      resideInAnyPackage(
              "dev.arpeggio.chord",
              "dev.arpeggio.chord.transport",
              "dev.arpeggio.queue",
              "dev.arpeggio.node.hosting",
              "dev.arpeggio.node.placement",
              "dev.arpeggio.simulator",
              "dev.arpeggio.simulator.hunt",
              "dev.arpeggio.simulator.owners",
              "dev.arpeggio.simulator.paper",
              "dev.arpeggio.simulator.scale",
              "dev.arpeggio.simulator.zookeeper")
          .as("protocol code");

  static ArchRule deterministic(DescribedPredicate<JavaClass> code) {
    return noClasses()
        .that(code)
        .should()
        .accessTargetWhere(describe("is an accident of time, chance or hashing", Rules::isAccident))
        .because("the same seed must make the same run");
  }

  static ArchRule arrow(String from, String... forbidden) {
    return noClasses()
        .that()
        .resideInAPackage(from)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(forbidden)
        .because("docs/architecture.md names the arrows of dependency");
  }

  static Stream<ArchRule> arrows() {
    return Stream.of(
        arrow(CHORD, QUEUE, CLIENT, NODE, PROTOCOL, SIMULATOR, ENSEMBLE, ZOOKEEPER),
        arrow("dev.arpeggio.chord", GRPC, "com.google.protobuf.."),
        arrow("dev.arpeggio.chord.transport", GRPC, "com.google.protobuf.."),
        arrow(QUEUE, CHORD, CLIENT, NODE, PROTOCOL, SIMULATOR, ENSEMBLE, GRPC),
        arrow(ENSEMBLE, CHORD, QUEUE, CLIENT, NODE, PROTOCOL, SIMULATOR, GRPC),
        arrow("dev.arpeggio.queue", ZOOKEEPER),
        arrow(CLIENT, CHORD, QUEUE, NODE, SIMULATOR, ENSEMBLE, ZOOKEEPER),
        arrow(PROTOCOL, CHORD, QUEUE, CLIENT, NODE, SIMULATOR, ZOOKEEPER),
        arrow(NODE, SIMULATOR),
        arrow("dev.arpeggio.node", ENSEMBLE),
        arrow("dev.arpeggio.node.rpc..", ENSEMBLE),
        arrow("dev.arpeggio.node.hosting..", ENSEMBLE, GRPC, CHORD, CLIENT, PROTOCOL, ZOOKEEPER),
        arrow("dev.arpeggio.node.cli..", "dev.arpeggio.node.rpc..", "dev.arpeggio.node.hosting.."),
        // What measures ZooKeeper, and runs servers for that, may see it.
        arrow("dev.arpeggio.node.cli", ZOOKEEPER),
        arrow("dev.arpeggio.node.cli.demo..", ZOOKEEPER),
        arrow("dev.arpeggio.node.cli.io..", ENSEMBLE, ZOOKEEPER),
        arrow("dev.arpeggio.node.cli.ring..", ZOOKEEPER));
  }

  /**
   * No generated and no shaded type may be seen by a user of the client library; what it shares
   * with the node is not for users.
   */
  static final ArchRule CLIENT_SIGNATURES =
      methods()
          .that()
          .areDeclaredInClassesThat()
          .resideInAPackage(CLIENT)
          .and()
          .areDeclaredInClassesThat()
          .resideOutsideOfPackage("dev.arpeggio.client.internal..")
          .and()
          .areDeclaredInClassesThat()
          .arePublic()
          .and()
          .arePublic()
          .should(
              new ArchCondition<>("mention only types of Java and of the library") {
                @Override
                public void check(JavaMethod method, ConditionEvents events) {
                  Stream.concat(
                          Stream.of(method.getRawReturnType()),
                          method.getRawParameterTypes().stream())
                      .filter(resideInAnyPackage("java..", CLIENT, "").negate())
                      .forEach(
                          type ->
                              events.add(
                                  SimpleConditionEvent.violated(
                                      method, method.getFullName() + " shows " + type.getName())));
                }
              });

  static final ArchRule NULL_MARKED =
      classes()
          .that()
          .resideInAPackage("dev.arpeggio..")
          .and()
          .resideOutsideOfPackages(PROTOCOL, "dev.arpeggio.chord.transport.grpc.v1..")
          .should(
              new ArchCondition<>("live in a package that is @NullMarked") {
                @Override
                public void check(JavaClass type, ConditionEvents events) {
                  boolean marked =
                      type.getPackage().isAnnotatedWith("org.jspecify.annotations.NullMarked");
                  if (!marked) {
                    events.add(
                        SimpleConditionEvent.violated(
                            type, type.getPackageName() + " has no @NullMarked package-info"));
                  }
                }
              });

  private static boolean isAccident(JavaAccess<?> access) {
    String owner = access.getTargetOwner().getName();
    String name = access.getTarget().getName();
    if (FORBIDDEN.contains(owner + "." + name)) {
      return true;
    }
    if (!(access.getTarget() instanceof CodeUnitCallTarget target)) {
      return false;
    }
    boolean constructor = name.equals("<init>");
    if (constructor && HASH_ORDERED.contains(owner)) {
      return true;
    }
    if (constructor && target.getRawParameterTypes().isEmpty()) {
      return FORBIDDEN.contains(owner + ".<init>()");
    }
    return owner.equals(CompletableFuture.class.getName())
        && name.endsWith("Async")
        && target.getRawParameterTypes().stream()
            .noneMatch(type -> type.getName().equals("java.util.concurrent.Executor"));
  }
}
