package dev.arpeggio.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import dev.arpeggio.architecture.planted.ChanceByConstructor;
import dev.arpeggio.architecture.planted.ClockReader;
import dev.arpeggio.architecture.planted.HashOrder;
import dev.arpeggio.architecture.planted.OtherThread;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ArchitectureTest {

  private JavaClasses house;

  @BeforeAll
  void importTheHouse() {
    house =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.arpeggio");
  }

  @Test
  void everyModuleIsSeen() {
    for (String module : List.of("chord", "queue", "client", "protocol", "node", "simulator")) {
      assertTrue(
          house.stream()
              .anyMatch(type -> type.getPackageName().startsWith("dev.arpeggio." + module)),
          module);
    }
  }

  static Stream<ArchRule> arrows() {
    return Rules.arrows();
  }

  @ParameterizedTest
  @MethodSource("arrows")
  void arrowsOfDependencyPointOneWay(ArchRule arrow) {
    arrow.allowEmptyShould(true).check(house);
  }

  @Test
  void protocolCodeIsDeterministic() {
    assertFalse(house.that(Rules.PROTOCOL_CODE).isEmpty());
    Rules.deterministic(Rules.PROTOCOL_CODE).check(house);
  }

  @Test
  void theClientShowsNoForeignTypes() {
    Rules.CLIENT_SIGNATURES.check(house);
  }

  @Test
  void everyPackageIsNullMarked() {
    Rules.NULL_MARKED.check(house);
  }

  @ParameterizedTest
  @ValueSource(
      classes = {ClockReader.class, ChanceByConstructor.class, HashOrder.class, OtherThread.class})
  void aPlantedAccidentIsCaught(Class<?> planted) {
    JavaClasses one = new ClassFileImporter().importClasses(planted);
    ArchRule rule = Rules.deterministic(resideInAPackage("dev.arpeggio.architecture.planted"));
    assertThrows(AssertionError.class, () -> rule.check(one));
  }

  /** Packages are named one by one, so each could be forgotten. */
  @ParameterizedTest
  @ValueSource(strings = {"simulator.hunt", "simulator.paper", "simulator.scale"})
  void aPlantedClockIsCaughtInEachPackageOfEvents(String name) throws ClassNotFoundException {
    Class<?> planted = Class.forName("dev.arpeggio." + name + ".PlantedClock");
    JavaClasses one = new ClassFileImporter().importClasses(planted);
    ArchRule rule = Rules.deterministic(Rules.PROTOCOL_CODE);
    assertThrows(AssertionError.class, () -> rule.check(one));
  }

  @Test
  void aPlantedArrowIsCaught() {
    ArchRule rule = Rules.arrow("dev.arpeggio.node..", "dev.arpeggio.client..");
    assertThrows(AssertionError.class, () -> rule.check(house));
  }
}
