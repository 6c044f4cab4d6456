package dev.arpeggio.node.cli.ring;

import dev.arpeggio.client.NodeInfo;
import dev.arpeggio.client.RingPosition;
import dev.arpeggio.node.cli.io.Figures;
import dev.arpeggio.node.cli.ring.RingSurvey.Answer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * One question about a ring, and what is wrong.
 *
 * @param check what was looked at
 * @param problems one line each; empty if all is well
 * @param nextStep what to do about them
 */
public record RingFinding(String check, List<String> problems, String nextStep) {
  /** What a well kept network of any size stays below. */
  private static final Duration MOST_APART = Duration.ofSeconds(1);

  public RingFinding {
    problems = List.copyOf(problems);
  }

  public boolean ok() {
    return problems.isEmpty();
  }

  /** Every question, in an order in which the first that is not well is the one to begin with. */
  public static List<RingFinding> of(RingSurvey survey) {
    return List.of(
        new RingFinding(
            "nodes answer",
            silent(survey),
            all(survey).stream()
                .map(Answer::remedy)
                .filter(remedy -> !remedy.isEmpty())
                .findFirst()
                .orElse("start the node, or leave it out of --connect if it is gone for good")),
        new RingFinding(
            "nodes serve",
            notServing(survey),
            "check that ZooKeeper runs and that the nodes reach it; a node that drains ends soon"),
        new RingFinding(
            "one ring",
            elsewhere(survey),
            "give the nodes of each ring some of the other's as --seed, and all the same --ring"),
        new RingFinding(
            "pointers",
            survey.ring().problems(),
            "look again in a minute: a ring that has changed repairs itself"),
        new RingFinding(
            "same ZooKeeper",
            differing("ZooKeeper", survey, NodeInfo::zookeeper),
            "start every node with the same --zookeeper"),
        new RingFinding(
            "same version",
            differing("version", survey, NodeInfo::version),
            "finish the upgrade: restart the nodes of the older version, one after the other"),
        new RingFinding(
            "clocks",
            clocks(survey),
            "synchronise the clocks (chrony, ntpd): delays and expiry of messages go by them"));
  }

  private static List<String> silent(RingSurvey survey) {
    // A member that was named too is told once.
    Map<String, String> problems = new TreeMap<>();
    for (Answer answer : all(survey)) {
      if (answer.node().isEmpty()) {
        problems.putIfAbsent(
            answer.address(), answer.address() + " does not answer (" + answer.failure() + ")");
      }
    }
    return List.copyOf(problems.values());
  }

  private static List<String> notServing(RingSurvey survey) {
    List<String> problems = new ArrayList<>();
    nodes(survey)
        .forEach(
            (address, node) -> {
              if (node.draining()) {
                problems.add(address + " does not serve: it is draining");
              } else if (!node.zookeeperConnected()) {
                problems.add(
                    address + " does not serve: no connection to ZooKeeper at " + node.zookeeper());
              }
            });
    return problems;
  }

  private static List<String> elsewhere(RingSurvey survey) {
    if (!survey.ring().ideal()) {
      // The walk may have ended early: whom it did not meet may be on the ring all the same.
      return List.of();
    }
    Set<String> ids =
        survey.ring().positions().stream().map(RingPosition::id).collect(Collectors.toSet());
    return nodes(survey).entrySet().stream()
        .filter(entry -> !ids.contains(entry.getValue().position().id()))
        .map(
            entry ->
                entry.getKey()
                    + " is not on the ring of "
                    + survey.ring().positions().stream()
                        .findFirst()
                        .map(RingPosition::address)
                        .orElse("the others"))
        .toList();
  }

  private static List<String> differing(
      String what, RingSurvey survey, Function<NodeInfo, String> property) {
    Map<String, List<String>> users = new TreeMap<>();
    nodes(survey)
        .forEach(
            (address, node) ->
                users
                    .computeIfAbsent(property.apply(node), value -> new ArrayList<>())
                    .add(address));
    if (users.size() < 2) {
      return List.of();
    }
    return users.entrySet().stream()
        .map(
            entry ->
                "%s %s at %s".formatted(what, entry.getKey(), String.join(", ", entry.getValue())))
        .toList();
  }

  private static List<String> clocks(RingSurvey survey) {
    List<String> problems = new ArrayList<>();
    survey.members().stream()
        .filter(answer -> answer.clock().isPresent())
        .findFirst()
        .ifPresent(
            first ->
                all(survey).stream()
                    .filter(answer -> answer.clock().isPresent())
                    .forEach(
                        answer -> {
                          Duration apart = answer.clock().get().apartFrom(first.clock().get());
                          if (apart.compareTo(MOST_APART) > 0) {
                            problems.add(
                                "the clocks of %s and %s are %s apart"
                                    .formatted(
                                        first.address(), answer.address(), Figures.seconds(apart)));
                          }
                        }));
    return problems.stream().distinct().toList();
  }

  /** Those that answered, by the address that they give for themselves. */
  private static Map<String, NodeInfo> nodes(RingSurvey survey) {
    Map<String, NodeInfo> nodes = new TreeMap<>();
    for (Answer answer : all(survey)) {
      answer.node().ifPresent(node -> nodes.putIfAbsent(node.position().address(), node));
    }
    return nodes;
  }

  private static List<Answer> all(RingSurvey survey) {
    List<Answer> all = new ArrayList<>(survey.members());
    all.addAll(survey.named());
    return all;
  }
}
