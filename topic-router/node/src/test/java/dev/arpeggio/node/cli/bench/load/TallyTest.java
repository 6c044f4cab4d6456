package dev.arpeggio.node.cli.bench.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.client.Message;
import dev.arpeggio.client.ReceivedMessage;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Each thing that can go wrong with messages is planted, and seen. */
class TallyTest {
  private final Tally tally = new Tally(new long[] {3, 2});

  @Test
  void allOnceAndInOrderIsExact() {
    take(tally, 0, 0, 1, 2);
    take(tally, 1, 0, 1);
    assertTrue(tally.isExact(5), tally.toString());
  }

  @Test
  void aMessageThatIsLostIsSeen() {
    take(tally, 0, 0, 1);
    take(tally, 1, 0, 1);
    assertFalse(tally.isExact(5));
    assertTrue(tally.isExact(4), "who waits for 4 has them");
    assertEquals(4, tally.distinct());
  }

  @Test
  void aMessageThatComesTwiceIsSeen() {
    take(tally, 0, 0, 1, 1, 2);
    take(tally, 1, 0, 1);
    assertFalse(tally.isExact(5));
  }

  @Test
  void aMessageThatComesToTwoConsumersIsSeen() {
    take(tally, 0, 0, 1, 2);
    Tally other = new Tally(new long[] {3, 2});
    take(other, 0, 2);
    take(other, 1, 0, 1);
    tally.merge(other);
    assertFalse(tally.isExact(5));
  }

  @Test
  void aRedeliveryMaySayThatItIsOne() {
    take(tally, 0, 0, 1, 2);
    Tally other = new Tally(new long[] {3, 2});
    other.add(received(0, 0, 2, 1));
    take(other, 1, 0, 1);
    tally.merge(other);
    assertTrue(tally.isExact(5), tally.toString());
  }

  @Test
  void disorderWithinAPartitionIsSeen() {
    take(tally, 0, 0, 2, 1);
    take(tally, 1, 0, 1);
    assertFalse(tally.isExact(5));
  }

  @Test
  void partitionsHaveNoOrderAmongEachOther() {
    tally.add(received(0, 0, 2, 0));
    tally.add(received(1, 0, 1, 0));
    tally.add(received(1, 0, 0, 0));
    assertFalse(tally.isExact(3));
    Tally other = new Tally(new long[] {2});
    other.add(received(0, 0, 1, 0));
    other.add(received(1, 0, 0, 0));
    assertTrue(other.isExact(2), other.toString());
  }

  @Test
  void whatWasNeverSentIsSeen() {
    take(tally, 0, 0, 1, 2);
    take(tally, 1, 0, 1, 2);
    assertFalse(tally.isExact(5));
    Tally garbage = new Tally(new long[] {1});
    take(garbage, 0, 0);
    garbage.add(
        new ReceivedMessage(
            "t", 0, 1, 0, Instant.EPOCH, Message.of(new byte[Bodies.SMALLEST - 1])));
    assertFalse(garbage.isExact(1));
  }

  private static void take(Tally tally, int producer, long... numbers) {
    for (long number : numbers) {
      tally.add(received(0, producer, number, 0));
    }
  }

  private static ReceivedMessage received(
      int partition, int producer, long number, int redeliveries) {
    byte[] body = new Bodies(Bodies.SMALLEST, false).template();
    Bodies.stamp(body, producer, number, 0);
    return new ReceivedMessage(
        "t", partition, number, redeliveries, Instant.EPOCH, Message.of(body));
  }
}
