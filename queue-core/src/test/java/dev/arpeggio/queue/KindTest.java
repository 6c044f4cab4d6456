package dev.arpeggio.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.queue.Messages.TestMessage;
import dev.arpeggio.queue.QueueException.Reason;
import dev.arpeggio.queue.World.TestConsumer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** To whom messages go, by the kind of their subscription. */
class KindTest {
  private final World world = new World();
  private final World.Owner owner = world.owner("a").open();

  private static SubscriptionSpec spec(SubscriptionKind kind) {
    return new SubscriptionSpec("default", kind);
  }

  private TestConsumer consume(SubscriptionKind kind, long consumer, int credit) {
    return owner.consume(spec(kind), consumer, credit);
  }

  /** Stores messages whose key is their first letter; "-": no key. */
  private void storeKeyed(String... texts) {
    var appended =
        owner.append(
            Messages.batchOf(
                Stream.of(texts)
                    .map(t -> TestMessage.of(t).key(t.startsWith("-") ? "" : t.substring(0, 1)))
                    .toList()));
    world.loop.run();
    appended.value();
  }

  private static List<String> ofKey(TestConsumer consumer, String key) {
    return consumer.sink().texts().stream().filter(text -> text.startsWith(key)).toList();
  }

  // ---- Which kind.

  @Test
  void theFirstAttachChoosesTheKindAndATakeoverKeepsIt() {
    consume(SubscriptionKind.FAILOVER, 1, 0);
    var next = world.owner("b").open();

    var refused = next.attach(spec(SubscriptionKind.SHARED), 2, new TestSink());

    assertEquals(Reason.INVALID_ARGUMENT, refused.reason());
    assertEquals("FAILOVER", refused.failure().details().get("kind"));
    assertEquals("SHARED", refused.failure().details().get("requested"));
    assertEquals(SubscriptionKind.FAILOVER, next.subscription("default").kind());
    assertEquals(0, next.subscription("default").consumers());
    assertTrue(next.attach(SubscriptionSpec.named("default"), 2, new TestSink()).isSuccess());
  }

  @Test
  void whoeverDoesNotAskGetsASharedSubscription() {
    owner.consume("default", 1, 0);
    assertEquals(SubscriptionKind.SHARED, owner.subscription("default").kind());
  }

  // ---- Exclusive.

  @Test
  void anExclusiveSubscriptionRefusesASecondConsumerUntilTheFirstIsGone() {
    var first = consume(SubscriptionKind.EXCLUSIVE, 1, 1);
    owner.store("one", "two");

    var second = owner.attach(spec(SubscriptionKind.EXCLUSIVE), 2, new TestSink());
    assertEquals(Reason.SUBSCRIPTION_BUSY, second.reason());
    assertEquals(List.of("one"), first.sink().texts());
    first.handle().close();

    assertEquals(List.of("one", "two"), consume(SubscriptionKind.EXCLUSIVE, 2, 9).sink().texts());
  }

  @Test
  void theSameConsumerMayAttachToAnExclusiveSubscriptionAgain() {
    var first = consume(SubscriptionKind.EXCLUSIVE, 1, 1);
    owner.store("one");
    var again = consume(SubscriptionKind.EXCLUSIVE, 1, 1);
    assertEquals(List.of("one"), again.sink().texts());
    assertTrue(first.sink().whyClosed() != null);
  }

  // ---- Failover.

  @Test
  void oneConsumerIsActiveAndTheNextTakesOverWithWhatItHeldFirst() {
    var first = consume(SubscriptionKind.FAILOVER, 1, 2);
    var second = consume(SubscriptionKind.FAILOVER, 2, 10);
    var third = consume(SubscriptionKind.FAILOVER, 3, 10);
    owner.store("one", "two", "three");
    assertEquals(List.of("one", "two"), first.sink().texts());
    assertEquals(List.of(), second.sink().texts());

    first.handle().close();
    world.loop.run();

    assertEquals(List.of("one", "two", "three"), second.sink().texts());
    assertEquals(List.of(), third.sink().texts());
  }

  @Test
  void theNextTakesOverAlsoWhenTheActiveOneHeldNothingOrKeepsItsLeases() {
    var first = consume(SubscriptionKind.FAILOVER, 1, 1);
    var second = consume(SubscriptionKind.FAILOVER, 2, 10);
    owner.store("one", "two");
    first.handle().detach();

    assertEquals(List.of("two"), second.sink().texts());
  }

  @Test
  void aConsumerThatAttachesAgainKeepsItsPlace() {
    consume(SubscriptionKind.FAILOVER, 1, 1);
    var second = consume(SubscriptionKind.FAILOVER, 2, 10);
    owner.store("one");
    var first = consume(SubscriptionKind.FAILOVER, 1, 1);

    assertEquals(List.of("one"), first.sink().texts());
    assertEquals(List.of(), second.sink().texts());
  }

  @Test
  void aSeniorConsumerTakesOverOnceTheOneBeforeItHoldsNothing() {
    var junior = consume(SubscriptionKind.FAILOVER, 2, 2);
    owner.store("one", "two", "three");
    var senior = consume(SubscriptionKind.FAILOVER, 1, 10);
    junior.handle().credit(10);
    junior.acknowledge(0, 1);
    assertEquals(List.of("one", "two"), junior.sink().texts());
    assertEquals(List.of(), senior.sink().texts());

    junior.acknowledge(1, 1);
    world.loop.run();

    assertEquals(List.of("one", "two"), junior.sink().texts());
    assertEquals(List.of("three"), senior.sink().texts());
  }

  @Test
  void whatTheOneBeforeKeepsForTooLongComesToTheNext() {
    var junior = consume(SubscriptionKind.FAILOVER, 2, 2);
    owner.store("one", "two", "three");
    var senior = consume(SubscriptionKind.FAILOVER, 1, 10);

    world.after(Duration.ofSeconds(31));

    assertEquals(List.of("one", "two"), junior.sink().texts());
    assertEquals(List.of("one", "two", "three"), senior.sink().texts());
  }

  // ---- Shared.

  @Test
  void theLeastLoadedConsumerIsServedFirst() {
    var busy = consume(SubscriptionKind.SHARED, 1, 2);
    owner.store("one");
    var idle = consume(SubscriptionKind.SHARED, 2, 1);
    owner.store("two");

    assertEquals(List.of("one"), busy.sink().texts());
    assertEquals(List.of("two"), idle.sink().texts());
  }

  @Test
  void aConsumerThatDoesNotReadStarvesNobody() {
    var slow = consume(SubscriptionKind.SHARED, 1, 0);
    slow.sink().setReady(false);
    slow.handle().credit(1_000);
    var quick = consume(SubscriptionKind.SHARED, 2, 1_000);

    owner.store("one", "two", "three");

    assertEquals(List.of("one", "two", "three"), quick.sink().texts());
  }

  @Test
  void fewMessagesAreSpreadOverAllThatHaveRoom() {
    var consumers = new ArrayList<TestConsumer>();
    for (int i = 0; i < 4; i++) {
      consumers.add(consume(SubscriptionKind.SHARED, i, 1_000));
    }
    owner.store("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");
    assertEquals(
        List.of(
            List.of("0", "1", "2"), List.of("3", "4", "5"), List.of("6", "7", "8"), List.of("9")),
        consumers.stream().map(consumer -> consumer.sink().texts()).toList());
  }

  // ---- Key-shared.

  @Test
  void aKeyGoesToOneConsumerAndKeysAreSpread() {
    var consumers = new ArrayList<TestConsumer>();
    for (int i = 0; i < 4; i++) {
      consumers.add(consume(SubscriptionKind.KEY_SHARED, i, 1_000));
    }
    for (int round = 0; round < 3; round++) {
      for (char key = 'a'; key <= 'z'; key++) {
        storeKeyed(key + "" + round);
      }
    }

    for (char key = 'a'; key <= 'z'; key++) {
      String prefix = String.valueOf(key);
      var shares =
          consumers.stream().map(c -> ofKey(c, prefix)).filter(list -> !list.isEmpty()).toList();
      assertEquals(List.of(List.of(key + "0", key + "1", key + "2")), shares);
    }
    assertTrue(consumers.stream().allMatch(c -> c.sink().texts().size() >= 6));
  }

  @Test
  void messagesWithoutAKeyGoToAnyone() {
    var one = consume(SubscriptionKind.KEY_SHARED, 1, 2);
    var two = consume(SubscriptionKind.KEY_SHARED, 2, 2);
    storeKeyed("-1", "-2", "-3", "-4", "-5");
    assertEquals(2, one.sink().texts().size());
    assertEquals(2, two.sink().texts().size());
  }

  @Test
  void aKeyWhoseConsumerCannotTakeMoreBlocksOnlyItself() {
    var one = consume(SubscriptionKind.KEY_SHARED, 1, 0);
    var two = consume(SubscriptionKind.KEY_SHARED, 2, 100);
    for (char key = 'a'; key <= 'z'; key++) {
      storeKeyed(key + "0", key + "1");
    }
    int served = two.sink().texts().size();
    assertTrue(served > 0 && served < 52 && served % 2 == 0, "served " + served);

    one.handle().credit(100);
    world.loop.run();

    assertEquals(52 - served, one.sink().texts().size());
    for (char key = 'a'; key <= 'z'; key++) {
      var all = new ArrayList<>(ofKey(one, String.valueOf(key)));
      all.addAll(ofKey(two, String.valueOf(key)));
      assertEquals(List.of(key + "0", key + "1"), all);
    }
  }

  @Test
  void aMessageThatCameBackGoesBeforeTheOthersOfItsKey() {
    var consumer = consume(SubscriptionKind.KEY_SHARED, 1, 1);
    storeKeyed("a0", "a1", "b0");
    assertEquals(List.of("a0"), consumer.sink().texts());

    consumer.handle().release(List.of(new OffsetRange(0, 1)));
    consumer.handle().credit(10);
    world.loop.run();

    assertEquals(List.of("a0", "a0", "a1", "b0"), consumer.sink().texts());
  }

  @Test
  void aKeyMovesToANewConsumerOnlyWhenTheOldOneHoldsNothingOfIt() {
    var old = consume(SubscriptionKind.KEY_SHARED, 1, 100);
    for (char key = 'a'; key <= 'z'; key++) {
      storeKeyed(key + "0");
    }
    assertEquals(26, old.sink().texts().size());
    var young = consume(SubscriptionKind.KEY_SHARED, 2, 100);
    for (char key = 'a'; key <= 'z'; key++) {
      storeKeyed(key + "1");
    }
    assertEquals(List.of(), young.sink().texts());

    old.acknowledge(0, 26);
    for (char key = 'a'; key <= 'z'; key++) {
      storeKeyed(key + "2");
    }
    assertEquals(List.of(), young.sink().texts());
    old.acknowledge(26, 52);
    world.loop.run();
    for (char key = 'a'; key <= 'z'; key++) {
      storeKeyed(key + "3");
    }

    assertTrue(young.sink().texts().size() > 5);
    assertEquals(26 * 4, old.sink().texts().size() + young.sink().texts().size());
  }

  @Test
  void keysOfAConsumerThatIsGoneGoToTheOthersInOrder() {
    var gone = consume(SubscriptionKind.KEY_SHARED, 1, 100);
    storeKeyed("a0", "b0", "a1", "b1");
    var next = consume(SubscriptionKind.KEY_SHARED, 2, 100);
    storeKeyed("a2", "b2");
    gone.handle().close();
    world.loop.run();

    assertEquals(List.of("a0", "a1", "a2"), ofKey(next, "a"));
    assertEquals(List.of("b0", "b1", "b2"), ofKey(next, "b"));
  }

  @Test
  void aKeyThatIsStuckIsLookedPastUpToABound() {
    var stuck = consume(SubscriptionKind.KEY_SHARED, 1, 1);
    for (int i = 0; i < 2_000; i += 100) {
      var batch = new ArrayList<String>();
      for (int k = 0; k < 100; k++) {
        batch.add("a" + (i + k));
      }
      storeKeyed(batch.toArray(String[]::new));
    }
    storeKeyed("-end");
    assertEquals(List.of("a0"), stuck.sink().texts());
    stuck.handle().detach();
    var other = consume(SubscriptionKind.KEY_SHARED, 2, 10);
    assertEquals(List.of(), other.sink().texts());

    world.after(Duration.ofSeconds(31));

    assertEquals("a0", other.sink().texts().get(0));
    assertEquals(10, other.sink().texts().size());
  }
}
