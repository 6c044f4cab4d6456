package dev.arpeggio.node.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class HostAndPortTest {
  @Test
  void hostAndPortAreParted() {
    assertEquals(new HostAndPort("127.0.0.1", 7411), HostAndPort.of("127.0.0.1:7411"));
    assertEquals(new HostAndPort("::1", 0), HostAndPort.of("[::1]:0"));
    assertEquals("[::1]:2", HostAndPort.of("[::1]:1").plus(1).toString());
    assertEquals("a:65535", HostAndPort.of("a:65535").toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a", ":1", "a:", "a:b", "a:-1", "a:65536", "::1:5", "[]:1"})
  void anythingElseIsRefused(String text) {
    assertThrows(TypeConversionException.class, () -> HostAndPort.of(text));
  }
}
