package dev.arpeggio.node.cli.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class SizesTest {
  private final Sizes sizes = new Sizes();

  @Test
  void sizesAreReadInBinaryUnits() {
    assertEquals(4096, sizes.convert("4096"));
    assertEquals(65_536, sizes.convert("64KiB"));
    assertEquals(5L << 20, sizes.convert("5MiB"));
    assertEquals(10L << 30, sizes.convert("10GiB"));
    assertEquals(0, sizes.convert("0"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-1",
        "1.5GiB",
        "10G",
        "10GB",
        "GiB",
        "10 GiB",
        "9000000TiB",
        "99999999999999999999"
      })
  void anythingElseIsRefused(String text) {
    assertThrows(TypeConversionException.class, () -> sizes.convert(text));
  }

  @Test
  void sizesAreWrittenInTheLargestUnitThatIsExact() {
    assertEquals("0 bytes", Sizes.text(0));
    assertEquals("1 byte", Sizes.text(1));
    assertEquals("1,025 bytes", Sizes.text(1_025));
    assertEquals("256 KiB", Sizes.text(262_144));
    assertEquals("10 GiB", Sizes.text(10L << 30));
  }
}
