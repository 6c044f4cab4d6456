package dev.arpeggio.node.cli;

import dev.arpeggio.client.Arpeggio;
import dev.arpeggio.client.PeekedMessage;
import dev.arpeggio.client.TopicInfo;
import dev.arpeggio.node.cli.io.Console;
import dev.arpeggio.node.cli.io.Figures;
import dev.arpeggio.node.cli.io.Json;
import dev.arpeggio.node.cli.io.Table;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Counts dead letters by where they came from and why. */
@Command(
    name = "list",
    description = "Count dead letters, by the topic that they came from and the reason.",
    footerHeading = "Examples:%n",
    footer = {"  arpeggio dlq list", "  arpeggio dlq list orders -o json", ""})
final class DlqListCommand implements Runnable {
  /** Reasons are counted among so many; of more, only the number is told. */
  private static final int LOOKED_AT = 10_000;

  private final Console console;
  private final ArpeggioCommand root;

  @Mixin private final Connection connection = new Connection();

  @Parameters(
      paramLabel = "TOPIC",
      arity = "0..1",
      description = "The topic whose dead letters to count (default: all topics).")
  private Optional<String> topic = Optional.empty();

  DlqListCommand(Console console, ArpeggioCommand root) {
    this.console = console;
    this.root = root;
  }

  @Override
  public void run() {
    try (Arpeggio arpeggio = connection.open()) {
      List<DeadLetters> all =
          topic.isPresent() ? List.of(DeadLetters.of(arpeggio, topic.get())) : all(arpeggio);
      Table table = new Table("DEAD LETTERS IN", "FROM", "REASON", "MESSAGES");
      boolean any = false;
      for (DeadLetters letters : all) {
        List<Integer> partitions =
            IntStream.range(0, letters.topic().settings().partitions()).boxed().toList();
        long count = letters.count(partitions);
        Map<Origin, Long> reasons = reasons(letters.look(arpeggio, partitions, LOOKED_AT));
        if (root.json()) {
          console.print(Json.write(json(letters, count, reasons)));
        } else {
          reasons.forEach(
              (origin, number) ->
                  table.row(letters.topic().topic(), origin.topic(), origin.reason(), number));
        }
        any |= !reasons.isEmpty();
        if (count > LOOKED_AT) {
          console.say(
              letters.topic().topic()
                  + " holds "
                  + Figures.count(count, "dead letter")
                  + "; reasons are those of the first "
                  + Figures.count(LOOKED_AT));
        }
      }
      if (any && !root.json()) {
        table.lines().forEach(console::print);
      } else if (!any) {
        console.say("no dead letters");
      }
    }
  }

  private static List<DeadLetters> all(Arpeggio arpeggio) {
    List<TopicInfo> topics = arpeggio.admin().listTopics();
    Collection<String> names =
        topics.stream().map(TopicInfo::topic).collect(Collectors.toCollection(TreeSet::new));
    return topics.stream()
        .map(one -> DeadLetters.nameFor(one.topic(), one.settings()))
        .filter(names::contains)
        .distinct()
        .sorted()
        .map(name -> DeadLetters.in(arpeggio.admin(), name))
        .toList();
  }

  private record Origin(String topic, String reason) implements Comparable<Origin> {
    @Override
    public int compareTo(Origin other) {
      int byTopic = topic.compareTo(other.topic);
      return byTopic != 0 ? byTopic : reason.compareTo(other.reason);
    }
  }

  private static Map<Origin, Long> reasons(Iterator<PeekedMessage> letters) {
    Map<Origin, Long> reasons = new TreeMap<>();
    letters.forEachRemaining(
        letter ->
            reasons.merge(
                new Origin(
                    DeadLetters.said(letter.message(), "topic"),
                    DeadLetters.said(letter.message(), "reason")),
                1L,
                Long::sum));
    return reasons;
  }

  private static Map<String, Object> json(
      DeadLetters letters, long count, Map<Origin, Long> reasons) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("dead_letter_topic", letters.topic().topic());
    json.put("messages", count);
    List<Map<String, Object>> list = new ArrayList<>();
    reasons.forEach(
        (origin, number) -> {
          Map<String, Object> one = new LinkedHashMap<>();
          one.put("from", origin.topic());
          one.put("reason", origin.reason());
          one.put("messages", number);
          list.add(one);
        });
    json.put("reasons", list);
    return json;
  }
}
