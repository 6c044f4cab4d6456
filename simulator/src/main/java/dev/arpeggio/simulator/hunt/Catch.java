package dev.arpeggio.simulator.hunt;

import dev.arpeggio.simulator.terminal.Label;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * What a campaign found, shrunk.
 *
 * @param whole the schedule of the seed
 * @param small the same made small
 * @param violation what the small one breaks
 * @param runs that the shrinking took
 */
record Catch(Schedule whole, Schedule small, Violation violation, int runs) {
  private static final int MAX_SHRINKING_RUNS = 1_000;

  static Catch shrunk(Campaign.Found found) {
    Shrinker.Result result = Shrinker.shrink(found.schedule(), found.outcome(), MAX_SHRINKING_RUNS);
    return new Catch(
        found.schedule(),
        result.schedule(),
        result.outcome().violation().orElseThrow(),
        result.runs());
  }

  /** Writes all of the small schedule into a file named after mutant and seed, or nothing. */
  Path write(Path directory) throws IOException {
    Path file =
        directory.resolve("hunt-" + Label.of(whole.mutant()) + "-" + whole.seed() + ".schedule");
    Path part = Files.createTempFile(directory, "hunt-", ".part");
    try {
      Files.writeString(part, ScheduleText.write(small, violation.toString()));
      Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(part);
    }
    return file;
  }
}
