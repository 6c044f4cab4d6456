package dev.arpeggio.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.arpeggio.queue.Qos.Durability;
import dev.arpeggio.queue.Qos.Ownership;
import dev.arpeggio.queue.Qos.Reliability;
import dev.arpeggio.queue.QueueException.Reason;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every pair of what can be offered and requested. */
class QosRulesTest {
  private static final Qos ALL =
      new Qos(
          Ownership.SHARED,
          Reliability.RELIABLE,
          Durability.PERSISTENT,
          Duration.ofSeconds(1),
          Duration.ofSeconds(1));

  // Policy, offered, requested, whether that is met; '-': nothing, and '0': none.
  private static final String PAIRS =
      """
      ownership,   SHARED,      -,           yes
      ownership,   SHARED,      SHARED,      yes
      ownership,   SHARED,      EXCLUSIVE,   no
      ownership,   EXCLUSIVE,   -,           yes
      ownership,   EXCLUSIVE,   SHARED,      no
      ownership,   EXCLUSIVE,   EXCLUSIVE,   yes
      reliability, BEST_EFFORT, -,           yes
      reliability, BEST_EFFORT, BEST_EFFORT, yes
      reliability, BEST_EFFORT, RELIABLE,    no
      reliability, RELIABLE,    -,           yes
      reliability, RELIABLE,    BEST_EFFORT, yes
      reliability, RELIABLE,    RELIABLE,    yes
      durability,  VOLATILE,    -,           yes
      durability,  VOLATILE,    VOLATILE,    yes
      durability,  VOLATILE,    PERSISTENT,  no
      durability,  PERSISTENT,  -,           yes
      durability,  PERSISTENT,  VOLATILE,    yes
      durability,  PERSISTENT,  PERSISTENT,  yes
      deadline,    0,           -,           yes
      deadline,    0,           500,         no
      deadline,    500,         -,           yes
      deadline,    500,         499,         no
      deadline,    500,         500,         yes
      deadline,    500,         501,         yes
      lease,       500,         -,           yes
      lease,       500,         499,         no
      lease,       500,         500,         yes
      lease,       500,         501,         yes
      """;

  private static <E extends Enum<E>> @Nullable E constant(Class<E> type, String text) {
    return text.equals("-") ? null : Enum.valueOf(type, text);
  }

  private static @Nullable Duration time(String text) {
    return text.equals("-") ? null : Duration.ofMillis(Long.parseLong(text));
  }

  private static QosRequest request(String policy, String value) {
    return switch (policy) {
      case "ownership" -> new QosRequest(constant(Ownership.class, value), null, null, null, null);
      case "reliability" ->
          new QosRequest(null, constant(Reliability.class, value), null, null, null);
      case "durability" ->
          new QosRequest(null, null, constant(Durability.class, value), null, null);
      case "deadline" -> new QosRequest(null, null, null, time(value), null);
      default -> new QosRequest(null, null, null, null, time(value));
    };
  }

  private static Qos offer(String policy, String value) {
    return switch (policy) {
      case "ownership" ->
          new Qos(
              Ownership.valueOf(value),
              ALL.reliability(),
              ALL.durability(),
              ALL.deadline(),
              ALL.lease());
      case "reliability" ->
          new Qos(
              ALL.ownership(),
              Reliability.valueOf(value),
              ALL.durability(),
              ALL.deadline(),
              ALL.lease());
      case "durability" ->
          new Qos(
              ALL.ownership(),
              ALL.reliability(),
              Durability.valueOf(value),
              ALL.deadline(),
              ALL.lease());
      case "deadline" ->
          new Qos(
              ALL.ownership(),
              ALL.reliability(),
              ALL.durability(),
              Duration.ofMillis(Long.parseLong(value)),
              ALL.lease());
      default ->
          new Qos(
              ALL.ownership(),
              ALL.reliability(),
              ALL.durability(),
              ALL.deadline(),
              Duration.ofMillis(Long.parseLong(value)));
    };
  }

  private static String text(String policy, String value) {
    boolean time = policy.equals("deadline") || policy.equals("lease");
    return !time ? value : value.equals("0") ? "none" : value + " ms";
  }

  @ParameterizedTest
  @CsvSource(textBlock = PAIRS)
  void aTopicMeetsWhatAConsumerRequests(String policy, String offered, String requested, String met)
      throws QueueException {
    expect(
        met,
        policy,
        offered,
        requested,
        () -> QosRules.checkConsumer(offer(policy, offered), request(policy, requested)));
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          ownership,   -,           SHARED,      yes
          ownership,   -,           EXCLUSIVE,   yes
          ownership,   SHARED,      SHARED,      yes
          ownership,   SHARED,      EXCLUSIVE,   no
          ownership,   EXCLUSIVE,   SHARED,      no
          ownership,   EXCLUSIVE,   EXCLUSIVE,   yes
          reliability, BEST_EFFORT, BEST_EFFORT, yes
          reliability, BEST_EFFORT, RELIABLE,    no
          reliability, RELIABLE,    BEST_EFFORT, yes
          reliability, RELIABLE,    RELIABLE,    yes
          deadline,    -,           0,           yes
          deadline,    -,           500,         yes
          deadline,    501,         0,           yes
          deadline,    499,         500,         yes
          deadline,    500,         500,         yes
          deadline,    501,         500,         no
          lease,       -,           500,         yes
          lease,       499,         500,         yes
          lease,       500,         500,         yes
          lease,       501,         500,         no
          """)
  void aPublisherMeetsWhatItsTopicDemands(
      String policy, String offered, String demanded, String met) throws QueueException {
    var id = new ProducerId(1, 1);
    PublisherSpec publisher =
        switch (policy) {
          case "ownership" ->
              new PublisherSpec(
                  id, 0, constant(Ownership.class, offered), Reliability.RELIABLE, null, null);
          case "reliability" ->
              new PublisherSpec(id, 0, null, Reliability.valueOf(offered), null, null);
          case "deadline" ->
              new PublisherSpec(id, 0, null, Reliability.RELIABLE, time(offered), null);
          default -> new PublisherSpec(id, 0, null, Reliability.RELIABLE, null, time(offered));
        };
    expect(
        met,
        policy,
        offered,
        demanded,
        () -> QosRules.checkPublisher(publisher, offer(policy, demanded)));
  }

  private interface Check {
    void run() throws QueueException;
  }

  private static void expect(
      String met, String policy, String offered, String requested, Check check)
      throws QueueException {
    if (met.equals("yes")) {
      check.run();
      return;
    }
    var refused = assertThrows(QueueException.class, check::run);
    assertEquals(Reason.QOS_MISMATCH, refused.reason());
    assertEquals(
        Map.of(
            "policy",
            policy,
            "offered",
            text(policy, offered),
            "requested",
            text(policy, requested)),
        refused.details());
  }

  @Test
  void aStrengthIsAnOfferOfExclusiveOwnership() throws QueueException {
    var strong = PublisherSpec.of(new ProducerId(1, 1)).withStrength(1);
    QosRules.checkPublisher(strong, offer("ownership", "EXCLUSIVE"));
    var refused = assertThrows(QueueException.class, () -> QosRules.checkPublisher(strong, ALL));
    assertEquals(Reason.QOS_MISMATCH, refused.reason());
  }

  @Test
  void whatMakesNoSenseIsRefused() {
    var exclusive = offer("ownership", "EXCLUSIVE");
    var known = PublisherSpec.of(new ProducerId(1, 1));
    assertInvalid("producer_id", PublisherSpec.of(null), exclusive);
    assertInvalid("strength", known.withStrength(-1), exclusive);
    assertInvalid("lease_ms", known.withLease(Duration.ofMillis(99)), exclusive);
  }

  private static void assertInvalid(String field, PublisherSpec spec, Qos qos) {
    var refused = assertThrows(QueueException.class, () -> QosRules.checkPublisher(spec, qos));
    assertEquals(Reason.INVALID_ARGUMENT, refused.reason());
    assertEquals(field, refused.details().get("field"));
  }

  @Test
  void aConsumerIsRefusedAtAttachAndLeavesNothingBehind() {
    var owner = new World().owner("a").open();
    var spec = new SubscriptionSpec("s", null, request("ownership", "EXCLUSIVE"));
    assertEquals(Reason.QOS_MISMATCH, owner.attach(spec, 1, new TestSink()).reason());
    assertEquals(0, owner.partition.stats().subscriptions().size());
  }

  @Test
  void aTopicRefusesToChangeWhatMayNotChange() {
    for (String[] change :
        new String[][] {{"ownership", "EXCLUSIVE"}, {"durability", "VOLATILE"}}) {
      var to = TopicConfig.builder().qos(offer(change[0], change[1])).build();
      var from = TopicConfig.builder().qos(ALL).build();
      var refused =
          assertThrows(QueueException.class, () -> TopicRules.checkChange(World.TOPIC, from, to));
      assertEquals(change[0], refused.details().get("field"));
    }
  }
}
