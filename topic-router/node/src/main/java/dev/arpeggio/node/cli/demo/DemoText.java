package dev.arpeggio.node.cli.demo;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;

/** The text that the demo publishes if it is given none: the same bytes on every machine. */
final class DemoText {
  static final int LINES = 120_000;

  private static final long SEED = 7;
  private static final String[] PLAYERS = {
    "first violin",
    "second violin",
    "viola",
    "cello",
    "double bass",
    "flute",
    "oboe",
    "clarinet",
    "bassoon",
    "horn",
    "trumpet",
    "harp",
    "timpani",
    "piano"
  };
  private static final String[] CHORDS = {
    "C major", "A minor", "F major", "D minor", "G major", "E minor", "B diminished", "E flat major"
  };
  private static final String[] MANNERS = {
    "softly",
    "loudly",
    "slowly",
    "quickly",
    "solemnly",
    "with spirit",
    "without haste",
    "dying away"
  };

  private DemoText() {}

  /** Writes all lines to a new file. */
  static void write(Path file) throws IOException {
    SplittableRandom random = new SplittableRandom(SEED);
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      for (int i = 1; i <= LINES; i++) {
        String line =
            "bar %06d: the %s breaks the chord of %s into its notes and plays them %s, one after another\n"
                .formatted(i, pick(PLAYERS, random), pick(CHORDS, random), pick(MANNERS, random));
        out.write(line.getBytes(US_ASCII));
      }
    }
  }

  private static String pick(String[] from, SplittableRandom random) {
    return from[random.nextInt(from.length)];
  }
}
