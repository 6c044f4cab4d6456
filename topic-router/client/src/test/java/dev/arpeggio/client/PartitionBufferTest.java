package dev.arpeggio.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class PartitionBufferTest {
  private static final int ANY = Integer.MAX_VALUE;

  // Three messages of one letter fill a batch.
  private final PartitionBuffer buffer = new PartitionBuffer(0, 15);
  private final ArrayDeque<Batch> unconfirmed = new ArrayDeque<>();

  @Test
  void whatIsThereLeavesAtOnceWhenNothingIsOnItsWay() {
    add(1);
    buffer.take(unconfirmed, ANY);
    assertEquals(List.of(1L), lastSequences());
  }

  @Test
  void aBatchThatIsNotFullWaitsForWhatIsOnItsWay() {
    add(1);
    buffer.take(unconfirmed, ANY);
    add(2);
    buffer.take(unconfirmed, ANY);
    assertEquals(List.of(1L), lastSequences());
    unconfirmed.clear();
    buffer.take(unconfirmed, ANY);
    assertEquals(List.of(3L), lastSequences());
  }

  @Test
  void aFullBatchLeavesWhateverIsOnItsWay() {
    add(1);
    buffer.take(unconfirmed, ANY);
    add(4);
    buffer.take(unconfirmed, ANY);
    assertEquals(List.of(1L, 4L), lastSequences());
  }

  @Test
  void noMoreBatchesLeaveThanTheWindowHolds() {
    add(12);
    buffer.take(unconfirmed, 3);
    assertEquals(List.of(3L, 6L, 9L), lastSequences());
  }

  @Test
  void theLoopIsWokenOnceForWhatItCanTake() {
    add(1);
    assertTrue(buffer.claimWakeUp());
    add(1);
    assertFalse(buffer.claimWakeUp());
    buffer.take(unconfirmed, ANY);
    add(1);
    assertFalse(buffer.claimWakeUp(), "the loop comes back by itself");
    add(2);
    assertTrue(buffer.claimWakeUp(), "a full batch need not wait");
  }

  @Test
  void whatIsDrainedIsAllThatThereWas() {
    add(5);
    buffer.drain(unconfirmed);
    assertEquals(List.of(3L, 5L), lastSequences());
    add(1);
    assertTrue(buffer.claimWakeUp());
  }

  private void add(int messages) {
    for (int i = 0; i < messages; i++) {
      Message message = Message.of("x");
      buffer.add(message, MessageCodec.size(message), new CompletableFuture<>(), 0);
    }
  }

  private List<Long> lastSequences() {
    return unconfirmed.stream().map(Batch::lastSequence).toList();
  }
}
