package dev.arpeggio.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.queue.World.Owner;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Producers and consumers at a partition whose owners come and go, whose connections break at any
 * request, and whose lost requests may take effect much later. In virtual time; a failure names its
 * seed.
 */
class ChaosTest {
  private static final int SEEDS = Integer.getInteger("chaos.seeds", 100);
  private static final long FIRST_SEED = Long.getLong("chaos.first", 1);
  private static final int STEPS = 600;
  private static final String SUBSCRIPTION = "default";

  @Test
  void whatWasConfirmedIsThereOnceInOrderAndWhatWasAcknowledgedStaysSo() {
    int compacted = 0;
    long dropped = 0;
    for (long seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
      try {
        var run = new Run(seed);
        run.run();
        compacted +=
            run.world.segmentsEverCreated().stream().anyMatch(SegmentName::isSparse) ? 1 : 0;
        dropped += run.owners.stream().mapToLong(owner -> owner.dropped).sum();
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError(
            "seed " + seed + ": run again with -Dchaos.first=" + seed + " -Dchaos.seeds=1", e);
      }
    }
    if (SEEDS >= 100) {
      assertTrue(compacted > SEEDS / 10, "runs with a compaction: " + compacted);
      assertTrue(dropped > 0, "nothing was dropped");
    }
  }

  /** One course of events. */
  private static final class Run {
    private final Random random;
    private final World world;
    private final boolean keep;
    private final boolean dropping;
    private final boolean sticky;
    private final List<Owner> owners = new ArrayList<>();
    private final List<Runnable> late = new ArrayList<>();
    private final List<Producer> producers = new ArrayList<>();
    private final Set<Long> acknowledged = new HashSet<>();
    // Also of which it is not known whether they are.
    private final Set<Long> maybeAcknowledged = new HashSet<>();
    private final TreeSet<Long> delivered = new TreeSet<>();
    private final Map<Long, String> textByOffset = new HashMap<>();
    private final Map<String, Long> offsetByText = new HashMap<>();
    private Owner current;
    private int names;

    Run(long seed) {
      // Neighbouring seeds begin alike.
      random = new Random(seed * 0x9E3779B97F4A7C15L);
      dropping = random.nextInt(4) == 0;
      sticky = random.nextBoolean();
      world = new World(config(random, dropping), options(random));
      keep = random.nextBoolean();
      current = takeOver();
      settle();
      if (keep) {
        current.port.letGo();
        current.consume("keeper", 99, 0);
        current.port.hold();
      }
      for (int i = 0; i < 3; i++) {
        producers.add(new Producer(new ProducerId(seed, i), "p" + i + "-"));
      }
    }

    private static TopicConfig config(Random random, boolean dropping) {
      var config = TopicConfig.builder().compressed(random.nextInt(3) == 0);
      if (random.nextInt(3) == 0) {
        config.retain(Duration.ofSeconds(1 + random.nextInt(5)));
        config.retainBytes(random.nextBoolean() ? Long.MAX_VALUE : 2_000);
      }
      if (dropping) {
        config.maxMessages(60).whenFull(TopicConfig.WhenFull.DROP_OLDEST);
      }
      return config.build();
    }

    private static PartitionOptions options(Random random) {
      return new PartitionOptions(
          1 << 20,
          2_000,
          4,
          random.nextBoolean() ? 20 : 200,
          Duration.ofSeconds(8),
          Duration.ofMillis(random.nextBoolean() ? 500 : 20),
          Duration.ofSeconds(5),
          Duration.ofSeconds(5),
          Duration.ZERO);
    }

    void run() {
      for (int step = 0; step < STEPS; step++) {
        act();
        world.loop.run();
      }
      heal();
    }

    private void act() {
      switch (random.nextInt(16)) {
        case 0, 1, 2, 3, 4 -> producers.get(random.nextInt(producers.size())).send();
        case 5, 6, 7, 8, 9 -> {
          FakePort port = anyPort();
          port.answer(random.nextInt(port.pendingRequests() + 1));
        }
        case 10 -> settle();
        case 11 -> loseConnection(anyPort());
        case 12 -> {
          if (!late.isEmpty()) {
            late.remove(random.nextInt(late.size())).run();
          }
        }
        case 13 ->
            world.after(Duration.ofMillis(random.nextInt(random.nextInt(5) == 0 ? 5_000 : 100)));
        case 14 -> {
          if (random.nextInt(4) == 0) {
            current = takeOver();
          }
        }
        default -> consume();
      }
    }

    private FakePort anyPort() {
      return random.nextInt(3) > 0 ? current.port : owners.get(random.nextInt(owners.size())).port;
    }

    private void loseConnection(FakePort port) {
      if (random.nextInt(3) == 0) {
        port.loseOldest(random.nextInt(port.pendingRequests() + 1));
        return;
      }
      long applied = random.nextLong();
      long delayed = random.nextBoolean() ? random.nextLong() : 0;
      late.addAll(port.loseConnection(i -> (applied >> i & 1) == 1, i -> (delayed >> i & 1) == 1));
      if (random.nextInt(10) == 0) {
        port.expire(i -> false);
      }
    }

    private Owner takeOver() {
      Owner owner = world.owner("n" + names++);
      owner.port.hold();
      owners.add(owner);
      owner.opening();
      return owner;
    }

    /** Attaches to the newest owner, takes some messages and acknowledges some of them. */
    private void consume() {
      Owner owner = current;
      if (!owner.partition.isServed()) {
        return;
      }
      var sink = new AcknowledgingSink(owner);
      owner.partition.attach(
          SUBSCRIPTION,
          new ConsumerId(0, random.nextInt(3)),
          sink,
          Completion.of(
              handle -> {
                sink.handle = handle;
                handle.credit(1 + random.nextInt(20));
              },
              error -> {}));
    }

    /** Checks what it gets, and acknowledges some of it. */
    private final class AcknowledgingSink implements ConsumerSink {
      private final Owner owner;
      private @Nullable ConsumerHandle handle;

      AcknowledgingSink(Owner owner) {
        this.owner = owner;
      }

      @Override
      public boolean isReady() {
        return true;
      }

      @Override
      public void deliver(Delivery delivery) {
        List<String> texts = Messages.texts(delivery.messages());
        var toAcknowledge = new ArrayList<OffsetRange>();
        for (int i = 0; i < delivery.count(); i++) {
          long offset = delivery.firstOffset() + i;
          check(offset, texts.get(i));
          // An owner that is fenced and does not know it may deliver what it has.
          assertTrue(
              owner != current || !acknowledged.contains(offset),
              "acknowledged " + offset + " came back");
          delivered.add(offset);
          if (sticky ? offset % 16 != 0 : random.nextInt(4) > 0) {
            maybeAcknowledged.add(offset);
            toAcknowledge.add(new OffsetRange(offset, 1));
          }
        }
        if (handle != null && !toAcknowledge.isEmpty()) {
          handle.acknowledge(
              toAcknowledge,
              Completion.of(
                  done -> toAcknowledge.forEach(range -> acknowledged.add(range.first())),
                  error -> {}));
        }
      }

      @Override
      public void closed(QueueException why) {}
    }

    /** An offset has one message for ever, and a message is stored once. */
    private void check(long offset, String text) {
      String otherText = textByOffset.putIfAbsent(offset, text);
      assertTrue(
          otherText == null || otherText.equals(text),
          offset + " was " + otherText + ", is " + text);
      Long otherOffset = offsetByText.putIfAbsent(text, offset);
      assertTrue(
          otherOffset == null || otherOffset == offset,
          text + " is at " + otherOffset + " and at " + offset);
    }

    private void settle() {
      for (int i = 0; i < 50; i++) {
        current.port.answer(current.port.pendingRequests());
        world.loop.run();
      }
    }

    /** Lets everything be well again, and looks at what has become of it. */
    private void heal() {
      late.forEach(Runnable::run);
      // Takeovers that are under way come first.
      owners.forEach(owner -> owner.port.letGo());
      world.after(Duration.ofSeconds(20));
      current = takeOver();
      current.port.letGo();
      world.after(Duration.ofSeconds(1));
      for (int i = 0; i < 20; i++) {
        producers.forEach(Producer::resend);
        world.after(Duration.ofSeconds(1));
      }
      producers.forEach(
          producer ->
              assertEquals(
                  0,
                  producer.unconfirmed.size(),
                  () -> "unconfirmed batches; " + producer.lastError));

      var stats = current.partition.stats();
      var rest = current.consume(SUBSCRIPTION, 7, 1_000_000);
      world.after(Duration.ofSeconds(40));
      delivered.addAll(rest.sink().offsets());
      for (int i = 0; i < rest.sink().offsets().size(); i++) {
        long offset = rest.sink().offsets().get(i);
        check(offset, rest.sink().texts().get(i));
        assertTrue(!acknowledged.contains(offset), "acknowledged " + offset + " came back");
      }
      long first = dropping ? stats.firstOffset() : 0;
      assertEquals(
          LongStream.range(first, stats.nextOffset()).boxed().toList(),
          List.copyOf(delivered.tailSet(first)),
          "delivered at least once");
      var unacknowledged = LongStream.range(first, stats.nextOffset()).boxed().toList();
      assertTrue(
          new HashSet<>(rest.sink().offsets())
              .containsAll(
                  unacknowledged.stream().filter(o -> !maybeAcknowledged.contains(o)).toList()),
          "what was not acknowledged is delivered again");
      if (keep) {
        checkLog(current.consume("keeper", 98, 1_000_000).sink().texts());
      }
      Owner last = world.owner("last").open();
      assertEquals(stats.nextOffset(), last.partition.stats().nextOffset());
      assertTrue(last.partition.stats().firstOffset() <= stats.nextOffset());
    }

    private void checkLog(List<String> log) {
      for (Producer producer : producers) {
        var expected = new ArrayList<String>();
        for (long i = 0; i < producer.nextSequence; i++) {
          expected.add(producer.prefix + i);
        }
        var found = log.stream().filter(text -> text.startsWith(producer.prefix)).toList();
        assertEquals(
            dropping ? expected.subList(expected.size() - found.size(), expected.size()) : expected,
            found);
      }
    }

    /**
     * Sends numbered messages on a stream that ends at the first refusal, and then begins anew with
     * what is unconfirmed.
     */
    private final class Producer {
      private final ProducerId id;
      private final String prefix;
      private final ArrayDeque<Batch> unconfirmed = new ArrayDeque<>();
      private long nextSequence;
      private long stream;
      private boolean streaming = true;
      private Owner owner = current;
      private @Nullable QueueException lastError;

      Producer(ProducerId id, String prefix) {
        this.id = id;
        this.prefix = prefix;
      }

      void send() {
        if (!streaming || owner != current) {
          resend();
          return;
        }
        int count = 1 + random.nextInt(5);
        var texts = new ArrayList<String>();
        for (int i = 0; i < count; i++) {
          texts.add(prefix + (nextSequence + i));
        }
        var batch = Messages.batch(id, nextSequence, texts);
        nextSequence += count;
        unconfirmed.addLast(batch);
        append(batch);
      }

      void resend() {
        stream++;
        streaming = true;
        owner = current;
        for (Batch batch : List.copyOf(unconfirmed)) {
          if (streaming) {
            append(batch);
          }
        }
      }

      private void append(Batch batch) {
        long on = stream;
        owner.partition.append(
            batch,
            Completion.of(
                appended -> {
                  // Also a confirmation that comes late counts; those of one stream come in order.
                  unconfirmed.remove(batch);
                },
                error -> {
                  lastError = error;
                  if (on == stream) {
                    streaming = false;
                  }
                }));
      }
    }
  }
}
