package dev.arpeggio.simulator.owners;

import static dev.arpeggio.simulator.owners.LogCheckTest.breaks;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.queue.Appended;
import dev.arpeggio.queue.PartitionId;
import dev.arpeggio.queue.StoredPartition;
import dev.arpeggio.queue.TopicConfig;
import dev.arpeggio.queue.TopicName;
import dev.arpeggio.simulator.zookeeper.Answer;
import dev.arpeggio.simulator.zookeeper.Change;
import dev.arpeggio.simulator.zookeeper.Ordered;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** What only the sum of the checkers can see. */
final class LedgerTest {
  private static final String OWNER = "/topics/orders/0";

  private final Ledger ledger =
      new Ledger(
          new StoredPartition(new PartitionId(new TopicName("orders"), 0)),
          List.of("default"),
          TopicConfig.defaults(),
          () -> 5_000,
          new Tally());

  private void happens(int client, Change... changes) {
    ledger.ordered(new Ordered(1, client, Answer.Ok.DONE, List.of(changes)));
  }

  @Test
  void aConfirmationNeedsAStoredMessage() {
    ledger.publish(List.of("a-0"));
    breaks(
        Rule.CONFIRMED_IS_STORED,
        () -> ledger.confirmed(List.of("a-0"), new Appended(OptionalLong.empty())));
  }

  @Test
  void aDeliveryNeedsAStoredMessage() {
    ledger.publish(List.of("a-0"));
    breaks(Rule.NOTHING_INVENTED, () -> ledger.delivered(1, "default", 0, List.of("a-0")));
  }

  @Test
  void onlyTheOwnerWritesBelowThePartition() {
    happens(1, new Change.Changed(OWNER, new byte[0]));
    happens(1, new Change.Created(OWNER + "/log", new byte[0], 0));
    breaks(Rule.FENCED, () -> happens(2, new Change.Created(OWNER + "/other", new byte[0], 0)));
  }

  @Test
  void otherPartitionsAreNoneOfItsBusiness() {
    happens(2, new Change.Created("/topics/orders/01", new byte[0], 0));
    happens(2, new Change.Created("/members/n2", new byte[0], 7));
    assertTrue(ledger.isConsumed(), "there is nothing");
  }

  @Test
  void whatCannotBeReadIsABreach() {
    happens(1, new Change.Changed(OWNER, new byte[0]));
    breaks(
        Rule.FENCED,
        () -> happens(1, new Change.Created(OWNER + "/producers", new byte[] {1, 2}, 0)));
    assertFalse(ledger.positions().isEmpty());
  }
}
