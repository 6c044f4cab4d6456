package dev.arpeggio.node.cli.ring;

import dev.arpeggio.client.Arpeggio;
import dev.arpeggio.client.ArpeggioException;
import dev.arpeggio.client.PartitionTrace;
import dev.arpeggio.client.Reason;
import dev.arpeggio.client.TopicInfo;
import dev.arpeggio.node.cli.io.Figures;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Compares the owners that the ring names with those that serve. That ZooKeeper names another one
 * proves nothing by itself, because a partition that nobody uses keeps its last owner: whoever is
 * named there is asked whether it still serves the partition. Only reads.
 */
public final class OwnerSurvey implements AutoCloseable {
  /** Of more partitions, the first ones in alphabetical order of their topics are looked at. */
  static final int MAX_PARTITIONS = 256;

  /** Members whose word is taken, in turn. */
  private static final int MAX_MEMBERS = 8;

  /** A partition that changes hands is in two places for a moment. */
  private static final int LOOKS = 3;

  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private final Connector connector;
  private final List<String> members;
  private final Map<String, Arpeggio> clients = new LinkedHashMap<>();
  private final List<String> problems = new ArrayList<>();

  private OwnerSurvey(Connector connector, List<String> members) {
    this.connector = connector;
    this.members = members;
  }

  /** Looks at every topic, through the members that answered before. */
  public static RingFinding of(RingSurvey survey, Connector connector) {
    List<String> members =
        survey.members().stream()
            .filter(answer -> answer.node().isPresent())
            .map(RingSurvey.Answer::address)
            .limit(MAX_MEMBERS)
            .toList();
    try (OwnerSurvey owners = new OwnerSurvey(connector, members)) {
      owners.look();
      return new RingFinding(
          "owners",
          owners.problems,
          "look again in a minute, and then at the way of one of them: arpeggio ring trace TOPIC/N");
    }
  }

  private void look() {
    try {
      int seen = 0;
      for (TopicInfo topic : client(members.get(0)).admin().listTopics()) {
        for (int partition = 0; partition < topic.settings().partitions(); partition++) {
          if (seen == MAX_PARTITIONS) {
            return;
          }
          String member = members.get(seen++ % members.size());
          problem(topic.topic(), partition, member).ifPresent(problems::add);
        }
      }
    } catch (ArpeggioException e) {
      if (e.reason() == Reason.INTERRUPTED) {
        throw e;
      }
      problems.add("not known: " + e.getMessage());
    }
  }

  private Optional<String> problem(String topic, int partition, String member) {
    Optional<String> problem = Optional.empty();
    for (int look = 0; look < LOOKS; look++) {
      problem = once(topic, partition, member);
      if (problem.isEmpty()) {
        return problem;
      }
    }
    return problem.map(what -> topic + "/" + partition + ": " + what);
  }

  private Optional<String> once(String topic, int partition, String member) {
    PartitionTrace trace = client(member).admin().tracePartition(topic, partition);
    if (trace.storeProblem().isPresent()) {
      return Optional.of(trace.storeProblem().get());
    }
    if (trace.owner().isEmpty()) {
      return Optional.of(member + " cannot say who owns it");
    }
    String owner = trace.owner().get();
    return trace
        .recorded()
        .filter(recorded -> !recorded.address().equals(owner))
        .filter(recorded -> serves(recorded.address(), topic, partition))
        .map(
            recorded ->
                "%s serves it in epoch %s, and the ring names %s"
                    .formatted(recorded.address(), Figures.count(recorded.epoch()), owner));
  }

  /** One that is gone serves nothing. */
  private boolean serves(String address, String topic, int partition) {
    try {
      return client(address).admin().tracePartition(topic, partition).servedHere();
    } catch (ArpeggioException e) {
      if (e.reason() == Reason.INTERRUPTED) {
        throw e;
      }
      return false;
    }
  }

  private Arpeggio client(String address) {
    return clients.computeIfAbsent(
        address, unknown -> connector.connect(unknown, TIMEOUT, TIMEOUT));
  }

  @Override
  public void close() {
    clients.values().forEach(Arpeggio::close);
  }
}
