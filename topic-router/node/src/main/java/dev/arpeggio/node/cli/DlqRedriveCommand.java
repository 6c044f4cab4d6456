package dev.arpeggio.node.cli;

import dev.arpeggio.client.Arpeggio;
import dev.arpeggio.client.PartitionAdmin;
import dev.arpeggio.client.PartitionInfo;
import dev.arpeggio.client.Redriven;
import dev.arpeggio.node.cli.io.Console;
import dev.arpeggio.node.cli.io.ExitCode;
import dev.arpeggio.node.cli.io.Failure;
import dev.arpeggio.node.cli.io.Figures;
import dev.arpeggio.node.cli.io.Json;
import dev.arpeggio.node.cli.io.Progress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Moves dead letters back, or elsewhere. */
@Command(
    name = "redrive",
    description = {
      "Move dead letters back to where they came from, or to another topic, each exactly once.",
      "Can be interrupted and repeated: what has been moved is not there any more."
    },
    footerHeading = "Examples:%n",
    footer = {
      "  arpeggio dlq redrive orders",
      "  arpeggio dlq redrive orders --to orders-repaired",
      "  arpeggio dlq redrive orders --partition 0 --offset 17 --offset 20",
      ""
    })
final class DlqRedriveCommand implements Runnable {
  /** Moved by one call, so that each ends in time. */
  private static final long STEP = 5_000;

  private final Console console;
  private final ArpeggioCommand root;

  @Mixin private final Connection connection = new Connection();

  @Mixin private final PartitionChoice partitions = new PartitionChoice();

  @Parameters(paramLabel = "TOPIC", description = "The topic whose dead letters to move.")
  private String topic = "";

  @Option(
      names = "--to",
      paramLabel = "TOPIC",
      description = "Move them there (default: to where each came from).")
  private Optional<String> target = Optional.empty();

  @Option(
      names = "--offset",
      paramLabel = "N",
      description = "Only this one of the partition, as dlq read shows it; may be repeated.")
  private List<Long> offsets = new ArrayList<>();

  private long moved;
  private long skipped;
  private long refused;

  DlqRedriveCommand(Console console, ArpeggioCommand root) {
    this.console = console;
    this.root = root;
  }

  @Override
  public void run() {
    if (offsets.stream().anyMatch(offset -> offset < 0)) {
      throw Failure.usage("an --offset is negative", "name those that arpeggio dlq read shows");
    }
    try (Arpeggio arpeggio = connection.open()) {
      if (target.isPresent()) {
        // A move to a topic that is not there would wait for it.
        arpeggio.admin().describeTopic(target.get());
      }
      DeadLetters letters = DeadLetters.of(arpeggio, topic);
      List<Integer> chosen = partitions.of(letters.topic());
      if (!offsets.isEmpty() && chosen.size() > 1) {
        throw Failure.usage("offsets are of one partition", "add --partition N");
      }
      try (Progress progress = new Progress(console)) {
        for (int number : chosen) {
          PartitionAdmin partition = arpeggio.admin().partition(letters.topic().topic(), number);
          DeadLetters.subscribe(partition);
          redrive(partition, letters.topic().partitions().get(number), progress);
        }
      }
    }
    report();
  }

  private void redrive(PartitionAdmin partition, PartitionInfo state, Progress progress) {
    if (!offsets.isEmpty()) {
      offsets.forEach(
          offset -> add(partition.redrive(DeadLetters.SUBSCRIPTION, offset, 1, target), progress));
      return;
    }
    for (long first = state.firstOffset();
        first < state.nextOffset() && refused == 0;
        first += STEP) {
      long count = Math.min(STEP, state.nextOffset() - first);
      add(partition.redrive(DeadLetters.SUBSCRIPTION, first, count, target), progress);
    }
  }

  private void add(Redriven redriven, Progress progress) {
    moved += redriven.moved();
    skipped += redriven.skipped();
    refused += redriven.refused();
    progress.update(() -> "moved " + Figures.count(moved));
  }

  private void report() {
    if (root.json()) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("moved", moved);
      json.put("skipped", skipped);
      json.put("refused", refused);
      console.print(Json.write(json));
    } else {
      console.say(
          "moved %s; skipped %s that are with a consumer or do not say where they came from"
              .formatted(Figures.count(moved, "dead letter"), Figures.count(skipped)));
    }
    if (refused > 0) {
      throw new Failure(
          ExitCode.FAILED,
          Figures.count(refused, "dead letter") + " could not be stored where they were to go",
          "they are still there; make room at their target, or name another with --to");
    }
  }
}
