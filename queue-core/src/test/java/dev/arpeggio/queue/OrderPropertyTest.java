package dev.arpeggio.queue;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.queue.Messages.TestMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Random doings of publishers, consumers, time and owners, held against {@link OrderReference}. A
 * failure names its seed; {@code run(kind, seed, Bug.NONE)} repeats it.
 */
class OrderPropertyTest {
  private static final int SEEDS = Integer.getInteger("arpeggio.order.seeds", 60);
  private static final int STEPS = 120;
  private static final Duration LEASE = Duration.ofSeconds(3).plusNanos(1_000);

  /** What is done differently from what the reference is told: what a bug would look like to it. */
  private enum Bug {
    NONE,
    PRIORITY_IGNORED,
    DELAY_IGNORED,
    EXPIRY_IGNORED,
    KEY_IGNORED,
    CREDIT_IGNORED,
    LEASE_IGNORED,
    MESSAGE_LOST,
    STANDBY_SERVED
  }

  @ParameterizedTest
  @EnumSource(SubscriptionKind.class)
  void whatIsDeliveredIsWhatTheReferenceSays(SubscriptionKind kind) {
    for (int seed = 0; seed < SEEDS; seed++) {
      try {
        new Run(kind, seed, Bug.NONE).run();
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError(kind + ", seed " + seed + ": " + e.getMessage(), e);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(value = Bug.class, names = "NONE", mode = EnumSource.Mode.EXCLUDE)
  void everyPlantedBugIsCaught(Bug bug) {
    SubscriptionKind kind =
        switch (bug) {
          case KEY_IGNORED -> SubscriptionKind.KEY_SHARED;
          case STANDBY_SERVED -> SubscriptionKind.FAILOVER;
          default -> SubscriptionKind.SHARED;
        };
    assertTrue(IntStream.range(0, 20).anyMatch(seed -> isCaught(kind, seed, bug)));
  }

  private static boolean isCaught(SubscriptionKind kind, int seed, Bug bug) {
    try {
      new Run(kind, seed, bug).run();
      return false;
    } catch (AssertionError e) {
      return true;
    }
  }

  private static final class Run {
    private final SubscriptionKind kind;
    private final Bug bug;
    private final Random random;
    private final World world;
    private final OrderReference reference;
    private final TreeMap<Long, Client> clients = new TreeMap<>();
    private World.Owner owner;
    private int owners;
    private long consumers;
    private int texts;

    private final class Client implements ConsumerSink {
      private final long number = ++consumers;
      private final TreeSet<Long> held = new TreeSet<>();
      private @Nullable ConsumerHandle handle;
      private boolean ready = true;

      ConsumerHandle handle() {
        var attached = handle;
        if (attached == null) {
          throw new IllegalStateException("not attached");
        }
        return attached;
      }

      @Override
      public boolean isReady() {
        return ready;
      }

      @Override
      public void deliver(Delivery delivery) {
        for (int i = 0; i < delivery.count(); i++) {
          long offset = delivery.firstOffset() + i;
          reference.delivered(
              offset,
              number,
              delivery.redeliveries(),
              world.loop.nanoTime(),
              world.loop.currentTimeMillis());
          held.add(offset);
        }
      }

      @Override
      public void closed(QueueException why) {
        handle = null;
      }
    }

    Run(SubscriptionKind kind, int seed, Bug bug) {
      this.kind = kind;
      this.bug = bug;
      this.random = new Random(seed);
      var defaults = PartitionOptions.defaults();
      this.world =
          new World(
              TopicConfig.builder().lease(LEASE).build(),
              new PartitionOptions(
                  defaults.maxPendingBytes(),
                  random.nextBoolean() ? defaults.memoryBytes() : 200,
                  defaults.maxCommitsInFlight(),
                  defaults.commitTargetBytes(),
                  defaults.writeDeadline(),
                  defaults.trimDelay(),
                  defaults.ownershipCheckInterval(),
                  defaults.releaseTimeout(),
                  defaults.subscriptionExpiry()));
      this.reference = new OrderReference(kind, LEASE.toNanos());
      this.owner = world.owner("owner").open();
    }

    void run() {
      attach();
      for (int step = 0; step < STEPS; step++) {
        step();
        rest();
      }
      finish();
    }

    private void step() {
      switch (random.nextInt(12)) {
        case 0, 1, 2 -> publish();
        case 3, 4, 5 -> acknowledge(1 + random.nextInt(5));
        case 6 -> release();
        case 7 -> world.after(Duration.ofMillis(random.nextInt(400)));
        case 8 -> credit(1 + random.nextInt(6));
        case 9 -> attach();
        case 10 -> {
          if (random.nextInt(3) == 0) {
            leave();
          } else {
            world.after(Duration.ofMillis(random.nextInt(2_500)));
          }
        }
        default -> {
          if (random.nextInt(6) == 0) {
            takeOver();
          }
        }
      }
    }

    private void publish() {
      var batch = new ArrayList<TestMessage>();
      for (int i = random.nextInt(6); i >= 0; i--) {
        batch.add(message());
      }
      var sent =
          batch.stream()
              .map(message -> bug == Bug.PRIORITY_IGNORED ? message.priority(0) : message)
              .map(message -> bug == Bug.DELAY_IGNORED ? message.delay(Duration.ZERO) : message)
              .map(
                  message ->
                      bug == Bug.EXPIRY_IGNORED ? message.timeToLive(Duration.ZERO) : message)
              .map(message -> bug == Bug.KEY_IGNORED ? message.key("") : message)
              .toList();
      // Before they are delivered, which may be at once; no time passes until they are.
      batch.forEach(message -> reference.stored(message, world.loop.currentTimeMillis()));
      var appended = owner.append(Messages.batchOf(sent));
      world.loop.run();
      appended.value();
    }

    private TestMessage message() {
      var message = TestMessage.of("m" + texts++).key("");
      if (random.nextInt(4) > 0) {
        message = message.key("k" + random.nextInt(5));
      }
      if (random.nextInt(3) == 0) {
        message = message.priority(random.nextInt(4));
      }
      if (random.nextInt(5) == 0) {
        message = message.delay(Duration.ofMillis(random.nextInt(2_000)));
      }
      if (random.nextInt(5) == 0) {
        message = message.timeToLive(Duration.ofMillis(1 + random.nextInt(4_000)));
      }
      return message;
    }

    private void attach() {
      if (clients.size() >= (kind == SubscriptionKind.EXCLUSIVE ? 1 : 4)) {
        return;
      }
      var client = new Client();
      var attached = new Recorded<ConsumerHandle>();
      var spec =
          new SubscriptionSpec(
              "default", bug == Bug.STANDBY_SERVED ? SubscriptionKind.SHARED : kind);
      owner.partition.attach(spec, new ConsumerId(0, client.number), client, attached);
      world.loop.run();
      client.handle = attached.value();
      clients.put(client.number, client);
      reference.attached(client.number);
      credit(client, random.nextInt(6));
    }

    private @Nullable Client someone() {
      int index = clients.isEmpty() ? 0 : random.nextInt(clients.size());
      return clients.values().stream().skip(index).findFirst().orElse(null);
    }

    private void credit(int messages) {
      Client client = someone();
      if (client != null) {
        client.ready = random.nextInt(5) > 0 || kind != SubscriptionKind.KEY_SHARED;
        credit(client, messages);
      }
    }

    private void credit(Client client, int messages) {
      if (messages > 0) {
        reference.credit(client.number, messages);
        client.handle().credit(bug == Bug.CREDIT_IGNORED ? messages + 1 : messages);
        world.loop.run();
      }
    }

    private void acknowledge(int most) {
      Client client = someone();
      for (int i = 0; client != null && i < most && !client.held.isEmpty(); i++) {
        long offset = one(client.held);
        client.held.remove(offset);
        reference.acknowledged(offset);
        clients.values().forEach(other -> other.held.remove(offset));
        owner.acknowledge("default", offset, 1);
        world.loop.run();
        credit(client, 1);
      }
    }

    private long one(Set<Long> offsets) {
      return offsets.stream().skip(random.nextInt(offsets.size())).findFirst().orElseThrow();
    }

    private void release() {
      Client client = someone();
      if (client != null && !client.held.isEmpty()) {
        long offset = one(client.held);
        client.held.remove(offset);
        if (bug == Bug.MESSAGE_LOST) {
          owner.acknowledge("default", offset, 1);
        } else {
          if (bug != Bug.LEASE_IGNORED) {
            reference.released(offset, client.number, world.loop.nanoTime());
          }
          client.handle().release(List.of(new OffsetRange(offset, 1)));
        }
        world.loop.run();
      }
    }

    private void leave() {
      Client client = someone();
      if (client == null) {
        return;
      }
      clients.remove(client.number);
      if (random.nextInt(4) == 0) {
        reference.detached(client.number);
        client.handle().detach();
      } else {
        reference.closed(client.number);
        client.handle().close();
      }
      world.loop.run();
    }

    private void takeOver() {
      reference.takenOver();
      clients.values().forEach(client -> client.ready = false);
      clients.clear();
      owner.port.disconnected(true);
      owner = world.owner("owner" + ++owners).open();
      attach();
    }

    private void rest() {
      world.after(Duration.ZERO);
      reference.atRest(
          world.loop.nanoTime(),
          world.loop.currentTimeMillis(),
          owner.subscription("default").backlog());
    }

    private void finish() {
      while (!clients.isEmpty()) {
        Client client = clients.firstEntry().getValue();
        clients.remove(client.number);
        reference.closed(client.number);
        client.handle().close();
        world.loop.run();
      }
      attach();
      Client last = clients.firstEntry().getValue();
      for (int i = 0; i < 20; i++) {
        credit(last, 500);
        acknowledge(10_000);
        world.after(Duration.ofMillis(500));
        rest();
      }
      acknowledge(10_000);
      reference.atTheEnd(world.loop.currentTimeMillis());
    }
  }
}
