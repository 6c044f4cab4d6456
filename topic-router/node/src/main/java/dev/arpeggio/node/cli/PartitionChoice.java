package dev.arpeggio.node.cli;

import dev.arpeggio.client.Arpeggio;
import dev.arpeggio.client.PartitionAdmin;
import dev.arpeggio.client.Position;
import dev.arpeggio.client.TopicDescription;
import dev.arpeggio.node.cli.io.ExitCode;
import dev.arpeggio.node.cli.io.Failure;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import picocli.CommandLine.Option;

/** The partitions that a command works on. */
final class PartitionChoice {
  @Option(
      names = "--partition",
      paramLabel = "N",
      description = "Only this partition (default: all).")
  private Optional<Integer> partition = Optional.empty();

  /** The numbers of those that were chosen. */
  List<Integer> of(TopicDescription topic) {
    int count = topic.settings().partitions();
    if (partition.isEmpty()) {
      return IntStream.range(0, count).boxed().toList();
    }
    int chosen = partition.get();
    if (chosen < 0 || chosen >= count) {
      throw new Failure(
          ExitCode.NOT_FOUND,
          "topic " + topic.topic() + " has no partition " + chosen,
          "it has " + count + ", from 0 on");
    }
    return List.of(chosen);
  }

  /** The same, each by what an administrator can do with it. */
  SortedMap<Integer, PartitionAdmin> in(Arpeggio arpeggio, TopicDescription topic) {
    SortedMap<Integer, PartitionAdmin> chosen = new TreeMap<>();
    of(topic)
        .forEach(number -> chosen.put(number, arpeggio.admin().partition(topic.topic(), number)));
    return chosen;
  }

  /**
   * An offset belongs to one partition.
   *
   * @throws Failure if it is asked of several
   */
  void checkFor(Position position, TopicDescription topic) {
    if (position instanceof Position.Offset && of(topic).size() > 1) {
      throw Failure.usage(
          "an offset is of one partition, and topic "
              + topic.topic()
              + " has "
              + topic.settings().partitions(),
          "add --partition N");
    }
  }
}
