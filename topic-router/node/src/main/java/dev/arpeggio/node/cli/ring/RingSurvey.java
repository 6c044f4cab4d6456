package dev.arpeggio.node.cli.ring;

import dev.arpeggio.client.Arpeggio;
import dev.arpeggio.client.ArpeggioException;
import dev.arpeggio.client.NodeInfo;
import dev.arpeggio.client.Reason;
import dev.arpeggio.client.RingInfo;
import dev.arpeggio.client.RingPosition;
import dev.arpeggio.node.cli.io.ExitCode;
import dev.arpeggio.node.cli.io.Failure;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * What the nodes say, each asked by itself: the ring as the first of the named nodes that answers
 * walks it, then every member of it, then the other named nodes. Only reads, and takes a bounded
 * time for each node.
 *
 * @param ring as the first of the named nodes that answers walks it
 * @param members in the order of the walk
 * @param named the nodes that the user named, in his order
 */
public record RingSurvey(RingInfo ring, List<Answer> members, List<Answer> named) {
  private static final Duration NODE_TIMEOUT = Duration.ofSeconds(3);

  /** A walk asks one member after the other, and waits for those that do not answer. */
  private static final Duration WALK_TIMEOUT = Duration.ofSeconds(10);

  private static final int WALKS = 3;

  /**
   * One node's answer.
   *
   * @param address by which it was asked
   * @param node empty if it did not answer
   * @param clock empty if it did not tell
   * @param failure why it did not answer; empty if it did
   * @param remedy what to do about that; empty likewise
   */
  public record Answer(
      String address,
      Optional<NodeInfo> node,
      Optional<ClockReading> clock,
      String failure,
      String remedy) {}

  public RingSurvey {
    members = List.copyOf(members);
    named = List.copyOf(named);
  }

  /**
   * Asks the nodes.
   *
   * @param addresses host:port
   * @param connector how
   * @throws Failure if none of them answers
   */
  public static RingSurvey of(List<String> addresses, Connector connector) {
    List<Answer> named = addresses.stream().map(address -> node(address, connector)).toList();
    List<String> failures = new ArrayList<>();
    for (Answer answer : named) {
      if (answer.node().isEmpty()) {
        failures.add(answer.failure());
        continue;
      }
      try {
        RingInfo ring = walk(answer.address(), connector);
        return new RingSurvey(
            ring,
            ring.positions().stream()
                .map(RingPosition::address)
                .distinct()
                .map(address -> node(address, connector))
                .toList(),
            named);
      } catch (ArpeggioException e) {
        failures.add(reason(e));
      }
    }
    throw new Failure(
        ExitCode.UNAVAILABLE,
        "no node answered: " + String.join("; ", failures),
        named.stream()
            .map(Answer::remedy)
            .filter(remedy -> !remedy.isEmpty())
            .findFirst()
            .orElse("try again in a moment"));
  }

  /** A member that is slow once, or a ring that changes just then, must not make the verdict. */
  private static RingInfo walk(String address, Connector connector) {
    RingInfo ring = ask(connector, address, WALK_TIMEOUT, client -> client.admin().describeRing());
    for (int again = 1; again < WALKS && !ring.ideal(); again++) {
      ring = ask(connector, address, WALK_TIMEOUT, client -> client.admin().describeRing());
    }
    return ring;
  }

  private static Answer node(String address, Connector connector) {
    try {
      return ask(
          connector,
          address,
          NODE_TIMEOUT,
          client -> {
            Instant asked = Instant.now();
            NodeInfo node = client.admin().describeNode();
            Instant answered = Instant.now();
            return new Answer(
                address,
                Optional.of(node),
                node.time().map(time -> ClockReading.of(asked, time, answered)),
                "",
                "");
          });
    } catch (ArpeggioException e) {
      String failure = reason(e);
      PortProbe.Kind found = PortProbe.of(address);
      return new Answer(
          address,
          Optional.empty(),
          Optional.empty(),
          address + ": " + found.finding() + ": " + failure,
          found.remedy());
    }
  }

  /** Through a client of its own, which asks nobody else in the node's place. */
  private static <T> T ask(
      Connector connector, String address, Duration timeout, Function<Arpeggio, T> question) {
    try (Arpeggio client = connector.connect(address, NODE_TIMEOUT, timeout)) {
      return question.apply(client);
    }
  }

  private static String reason(ArpeggioException e) {
    if (e.reason() == Reason.INTERRUPTED) {
      throw e;
    }
    return String.valueOf(e.getMessage());
  }
}
