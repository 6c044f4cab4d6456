package dev.arpeggio.node.cli.bench.load;

import dev.arpeggio.node.cli.io.Console;
import dev.arpeggio.node.cli.io.OutputFormat;
import dev.arpeggio.node.cli.io.PrintsCsv;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures what growth costs. */
@Command(
    name = "growth",
    description = {
      "Measure what growth costs: publishing and consuming with more partitions, more consumers,",
      "and a backlog that stays behind, one of them at a time, the others being 1, 1 and 0. Keep",
      "--count well above what the consumers hold together."
    },
    footerHeading = "Examples:%n",
    footer = {
      "  arpeggio bench growth",
      "  arpeggio bench growth --size 100 --partitions-of 1,16 --consumers-of 1 --backlog-of 0",
      ""
    })
public final class BenchGrowthCommand implements Runnable, PrintsCsv {
  private static final long DEFAULT_COUNT = 100_000;

  private final Bench bench;

  @Mixin private final LoadOptions options = new LoadOptions();

  @Option(
      names = "--partitions-of",
      paramLabel = "N",
      split = ",",
      defaultValue = "1,2,4,8",
      description = "Numbers of partitions, 1 to 1024 (default: ${DEFAULT-VALUE}).")
  private List<Integer> partitions = List.of();

  @Option(
      names = "--consumers-of",
      paramLabel = "N",
      split = ",",
      defaultValue = "1,10,100",
      description = "Numbers of consumers, 1 to 1000 (default: ${DEFAULT-VALUE}).")
  private List<Integer> consumers = List.of();

  @Option(
      names = "--backlog-of",
      paramLabel = "N",
      split = ",",
      defaultValue = "0,100000,1000000",
      description =
          "Messages that are there before and stay, 0 to 10000000 (default: ${DEFAULT-VALUE}).")
  private List<Long> backlogs = List.of();

  /** The command. */
  public BenchGrowthCommand(Console console, Supplier<OutputFormat> output) {
    this.bench = new Bench(console, output);
  }

  @Override
  public void run() {
    Checks checks = new Checks("bench growth");
    options.check(checks);
    partitions.forEach(number -> checks.within("--partitions-of", number, 1, 1_024));
    consumers.forEach(number -> checks.within("--consumers-of", number, 1, 1_000));
    backlogs.forEach(number -> checks.within("--backlog-of", number, 0, 10_000_000));
    long count = options.messages().countOr(DEFAULT_COUNT);
    Map<String, Object> settings = options.settings();
    settings.put("count", count);
    settings.remove("partitions");
    bench.run(
        options,
        settings,
        rig -> new GrowthBench(rig, options.messages(), count, partitions, consumers, backlogs));
  }
}
