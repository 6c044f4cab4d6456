package dev.arpeggio.node.cli.io;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LineReaderTest {
  private static final int MAX = 1 << 20;

  @Test
  void anEmptyStreamHasNoLines() throws Exception {
    assertEquals(List.of(), lines(""));
  }

  @Test
  void aLastLineWithoutItsLineFeedCounts() throws Exception {
    assertEquals(List.of("one", "two"), lines("one\ntwo"));
    assertEquals(List.of("one", "two"), lines("one\ntwo\n"));
  }

  @Test
  void emptyLinesAreLines() throws Exception {
    assertEquals(List.of("", "", "x", ""), lines("\n\nx\n\n"));
  }

  @Test
  void aCarriageReturnBelongsToItsLine() throws Exception {
    assertEquals(List.of("dos\r", "old\rmac", "unix"), lines("dos\r\nold\rmac\nunix\n"));
  }

  @Test
  void bytesNeedBeNoText() throws Exception {
    byte[] bytes = new byte[256];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) i;
    }
    LineReader reader = new LineReader(new ByteArrayInputStream(bytes), MAX);
    assertArrayEquals(Arrays.copyOfRange(bytes, 0, '\n'), reader.next());
    assertArrayEquals(Arrays.copyOfRange(bytes, '\n' + 1, 256), reader.next());
    assertNull(reader.next());
  }

  @Test
  void aLineOfAMebibyteComesWhole() throws Exception {
    String line = "x".repeat(MAX);
    assertEquals(List.of("a", line, "b"), lines("a\n" + line + "\nb"));
  }

  @Test
  void aLineOverTheLimitIsNamedByItsNumber() throws Exception {
    LineReader reader = new LineReader(stream("ok\nalso ok!\ntoo long!!\n"), 8);
    assertArrayEquals("ok".getBytes(ISO_8859_1), reader.next());
    assertArrayEquals("also ok!".getBytes(ISO_8859_1), reader.next());
    LineTooLongException e = assertThrows(LineTooLongException.class, reader::next);
    assertEquals(3, e.line());
    assertEquals(2, reader.lines());
  }

  @Test
  void anEndlessLineIsRefusedBeforeItFillsTheMemory() {
    InputStream endless =
        new InputStream() {
          @Override
          public int read() {
            return 'x';
          }
        };
    assertThrows(LineTooLongException.class, () -> new LineReader(endless, MAX).next());
  }

  @Test
  void whateverTheSizesOfReadsTheLinesAreThoseOfASimpleSplit() throws Exception {
    for (long seed = 1; seed <= 200; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(300_000); i > 0; i--) {
        text.append(random.nextInt(40) == 0 ? '\n' : (char) random.nextInt(256));
      }
      List<String> expected = new ArrayList<>(Arrays.asList(text.toString().split("\n", -1)));
      if (expected.get(expected.size() - 1).isEmpty()) {
        expected.remove(expected.size() - 1);
      }
      InputStream trickle = trickle(stream(text.toString()), random);
      assertEquals(expected, lines(trickle), "seed " + seed);
    }
  }

  private static InputStream trickle(InputStream in, SplittableRandom random) {
    return new InputStream() {
      @Override
      public int read() {
        throw new IllegalStateException("reads byte by byte");
      }

      @Override
      public int read(byte[] target, int offset, int length) throws java.io.IOException {
        return in.read(target, offset, 1 + random.nextInt(length));
      }
    };
  }

  private static List<String> lines(String text) throws Exception {
    return lines(stream(text));
  }

  private static List<String> lines(InputStream in) throws Exception {
    LineReader reader = new LineReader(in, MAX);
    List<String> lines = new ArrayList<>();
    byte[] line;
    while ((line = reader.next()) != null) {
      lines.add(new String(line, ISO_8859_1));
      assertEquals(lines.size(), reader.lines());
    }
    return lines;
  }

  private static InputStream stream(String text) {
    return new ByteArrayInputStream(text.getBytes(ISO_8859_1));
  }
}
