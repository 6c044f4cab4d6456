package dev.arpeggio.node.cli.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JsonTest {
  @Test
  void mapsKeepTheirOrderAndNest() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("z", 1);
    map.put("a", List.of(true, 2L, 0.5, "x"));
    map.put("none", Optional.empty());
    map.put("some", Optional.of("y"));
    assertEquals(
        "{\"z\":1,\"a\":[true,2,0.5,\"x\"],\"none\":null,\"some\":\"y\"}", Json.write(map));
  }

  @Test
  void emptyAndNullValuesAreWritten() {
    assertEquals("[null,[],{}]", Json.write(Arrays.asList(null, List.of(), Map.of())));
  }

  @Test
  void whatWouldEndAStringIsEscaped() {
    assertEquals("\"\\\"\\\\\\n\\r\\t\\u0000\\u001fé\"", Json.write("\"\\\n\r\t\u0000\u001fé"));
  }

  @Test
  void pairedSurrogatesStayAndLoneOnesAreEscaped() {
    assertEquals("\"\uD83C\uDFB5\"", Json.write("\uD83C\uDFB5"));
    assertEquals("\"\\ud83cx\"", Json.write("\uD83Cx"));
    assertEquals("\"x\\udfb5\"", Json.write("x\uDFB5"));
  }

  @Test
  void whatIsNoJsonIsADefect() {
    assertThrows(IllegalStateException.class, () -> Json.write(Double.NaN));
    assertThrows(IllegalStateException.class, () -> Json.write(new Object()));
  }
}
