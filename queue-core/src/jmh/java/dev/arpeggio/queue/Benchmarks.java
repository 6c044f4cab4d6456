package dev.arpeggio.queue;

import static org.junit.jupiter.api.Assertions.assertFalse;

import org.junit.jupiter.api.Test;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * Runs the benchmarks of this package. {@code -Djmh.include=REGEX} chooses, {@code -Djmh.args="-f 1
 * -i 3"} are options of JMH's command line.
 */
class Benchmarks {
  @Test
  void run() throws Exception {
    var options =
        new OptionsBuilder()
            .parent(new CommandLineOptions(System.getProperty("jmh.args", "-f 1").split(" ")))
            .include(System.getProperty("jmh.include", ".*"))
            .build();
    assertFalse(new Runner(options).run().isEmpty());
  }
}
