package dev.arpeggio.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.queue.World.Owner;
import dev.arpeggio.queue.World.TestConsumer;
import dev.arpeggio.queue.ZooKeeperPort.Code;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Publishers of different strength that come, vanish and repeat themselves, under owners that lose
 * connections and are replaced without knowing it, while a reader lets segments be deleted.
 *
 * <p>Checked of the log: what was answered is what is stored; and a weaker publisher is only heard
 * behind a stronger one of its key if that one was gone.
 */
class OwnershipPropertyTest {
  private static final int SEEDS = Integer.getInteger("ownership.seeds", 150);
  private static final long FIRST_SEED = Long.getLong("ownership.first", 1);
  private static final int PLANTED_SEEDS = 100;
  private static final int STEPS = 120;
  private static final Duration LEASE = Duration.ofMinutes(1);
  private static final int KEYS = 3;

  /** A bug that the checks have to find. */
  private enum Plant {
    NONE,
    /** Everybody is heard. */
    NOT_JUDGED,
    /** A next owner knows nothing of publishers and their keys. */
    PUBLISHERS_NOT_STORED,
    /** Repeats are told that everything was heard. */
    REPEATS_NOT_TOLD,
    /** A publisher counts as gone when its owner is replaced. */
    GONE_WITH_THE_OWNER
  }

  @Test
  void theStrongestLivePublisherIsHeard() throws QueueException {
    int unheard = 0;
    for (long seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
      try {
        unheard += new Run(seed, Plant.NONE).run();
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError(
            "seed " + seed + ": run again with -Downership.first=" + seed + " -Downership.seeds=1",
            e);
      }
    }
    assertTrue(unheard > SEEDS, "only " + unheard + " messages were not heard");
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void plantedBugsAreFound(Plant plant) throws QueueException {
    String found = null;
    for (long seed = 1; seed <= PLANTED_SEEDS && found == null; seed++) {
      try {
        new Run(seed, plant).run();
      } catch (AssertionError e) {
        found = "seed " + seed + ": " + e.getMessage();
      }
    }
    assertNotNull(found, plant + " was not found");
  }

  /** One course of events. */
  private static final class Run {
    private final Random random;
    private final Plant plant;
    private final World world;
    private final List<Voice> voices = new ArrayList<>();
    // By text, what was answered: true is heard.
    private final Map<String, Boolean> answered = new LinkedHashMap<>();
    // By offset, what was read.
    private final TreeMap<Long, String> log = new TreeMap<>();
    private final List<Owner> former = new ArrayList<>();
    private Owner owner;
    private TestConsumer reader;
    private int names;

    Run(long seed, Plant plant) throws QueueException {
      this.random = new Random(seed);
      this.plant = plant;
      var qos =
          new Qos(
              Qos.Ownership.EXCLUSIVE,
              Qos.Reliability.RELIABLE,
              Qos.Durability.PERSISTENT,
              Duration.ZERO,
              LEASE);
      var config = TopicConfig.builder().qos(qos).build();
      world = new World(config, PartitionOptions.defaults());
      owner = open();
      reader = owner.consume("default", 1, 1_000_000);
      for (int i = 0; i < 4; i++) {
        voices.add(new Voice(i));
      }
    }

    private Owner open() throws QueueException {
      if (plant == Plant.PUBLISHERS_NOT_STORED && names > 0) {
        forgetPublishers();
      }
      for (int attempts = 0; attempts < 10; attempts++) {
        Owner next = world.owner("n" + ++names);
        var opened = next.opening();
        world.after(Duration.ofMillis(100));
        if (opened.isSuccess()) {
          return next;
        }
        // The former one was faster, as it acquired anew.
      }
      throw new AssertionError("nobody can take the partition over");
    }

    private void read(boolean acknowledge) {
      for (Delivery delivery : reader.sink().deliveries()) {
        List<String> texts = Messages.texts(delivery.messages());
        for (int i = 0; i < texts.size(); i++) {
          String before = log.put(delivery.firstOffset() + i, texts.get(i));
          assertTrue(before == null || before.equals(texts.get(i)), "another message at an offset");
        }
        if (acknowledge) {
          var unused = reader.acknowledge(delivery.firstOffset(), delivery.count());
        }
      }
      if (acknowledge) {
        reader.sink().clear();
      }
    }

    private void forgetPublishers() throws QueueException {
      String path = world.paths.producers();
      var stored = ProducerTable.decode(path, world.zooKeeper.get(path).get().data());
      byte[] without = stored.table().encode(stored.logStart(), stored.knownTo(), new byte[0]);
      assertEquals(Code.OK, world.zooKeeper.set(path, without, ZooKeeperPort.ANY_VERSION));
    }

    int run() throws QueueException {
      for (int i = 0; i < STEPS; i++) {
        step();
      }
      owner.port.letGo();
      world.after(Duration.ofSeconds(2));
      for (Voice voice : voices) {
        voice.reconnect();
      }
      world.after(Duration.ofSeconds(5));
      check();
      return (int) answered.values().stream().filter(heard -> !heard).count();
    }

    private void step() throws QueueException {
      switch (random.nextInt(25)) {
        case 24 -> former.forEach(each -> each.port.letGo());
        case 20 -> owner.port.expire(i -> random.nextBoolean());
        case 21, 22 -> read(true);
        case 23 -> world.after(Duration.ofSeconds(1));
        case 0 -> replaceOwner();
        case 1 -> {
          int kept = random.nextInt(4);
          owner.port.loseConnection(i -> i < kept);
        }
        case 2, 3 -> owner.port.hold();
        case 4, 5, 6 -> owner.port.letGo();
        case 7 -> world.after(Duration.ofMillis(random.nextInt(500)));
        case 8 -> voice().reconnect();
        case 9 -> voice().repeat();
        default -> voice().send();
      }
      world.loop.run();
    }

    // The former one is not told, and some go on to speak to it.
    private void replaceOwner() throws QueueException {
      read(false);
      if (random.nextBoolean()) {
        owner.port.letGo();
      }
      former.add(owner);
      owner = open();
      reader = owner.consume("default", 1, 1_000_000);
      if (plant == Plant.GONE_WITH_THE_OWNER) {
        world.after(LEASE.multipliedBy(2));
      }
      for (Voice voice : voices) {
        if (random.nextInt(3) > 0) {
          voice.reconnect();
        }
      }
    }

    private Voice voice() {
      return voices.get(random.nextInt(voices.size()));
    }

    /** A batch and what became of it. */
    private record Sent(long first, List<String> texts, Recorded<Appended> answer) {}

    /** A publisher; the strength is its number, but for the last, which equals the one before. */
    private final class Voice {
      private final ProducerId id;
      private final int strength;
      private final ArrayDeque<Sent> unanswered = new ArrayDeque<>();
      private @Nullable Owner at;
      private long next = 1;

      Voice(int number) throws QueueException {
        id = new ProducerId(7, number);
        strength = Math.min(number, 2);
        reconnect();
      }

      void reconnect() throws QueueException {
        settle();
        if (owner.partition.isServed()) {
          at = owner;
          owner.partition.attach(PublisherSpec.of(id).withStrength(strength));
          repeat();
        }
      }

      void send() {
        settle();
        if (at == null || isRefused() || unanswered.size() > 3) {
          return;
        }
        var texts = new ArrayList<String>();
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
          int key = random.nextInt(KEYS);
          texts.add("k" + key + "=k" + key + "-" + id.low() + "-" + (next + texts.size()));
        }
        unanswered.add(new Sent(next, texts, append(at, next, texts, false)));
        next += texts.size();
      }

      private Recorded<Appended> append(Owner to, long first, List<String> texts, boolean repeat) {
        Batch batch = Messages.keyed(id, first, texts.toArray(String[]::new));
        boolean unjudged = plant == Plant.NOT_JUDGED;
        var answer = to.append(new Batch(id, first, batch.count(), batch.messages(), unjudged, 0));
        if (!repeat || plant != Plant.REPEATS_NOT_TOLD) {
          return answer;
        }
        var lie = new Recorded<Appended>();
        world.loop.run();
        if (answer.isSuccess()) {
          lie.succeeded(new Appended(answer.value().lastOffset()));
          return lie;
        }
        return answer;
      }

      /** Sends what was not answered again, oldest first, as clients do. */
      void repeat() {
        settle();
        if (at != owner) {
          return;
        }
        var again = List.copyOf(unanswered);
        unanswered.clear();
        for (Sent sent : again) {
          unanswered.add(
              new Sent(
                  sent.first(), sent.texts(), append(owner, sent.first(), sent.texts(), true)));
        }
      }

      // A stream ends at its first refusal.
      private boolean isRefused() {
        return unanswered.stream()
            .anyMatch(sent -> sent.answer().isDone() && !sent.answer().isSuccess());
      }

      void settle() {
        while (!unanswered.isEmpty() && unanswered.getFirst().answer().isSuccess()) {
          Sent sent = unanswered.removeFirst();
          List<SequenceRange> notHeard = sent.answer().value().notHeard();
          for (int i = 0; i < sent.texts().size(); i++) {
            long sequence = sent.first() + i;
            boolean heard =
                notHeard.stream().noneMatch(r -> sequence >= r.first() && sequence < r.end());
            answered.put(body(sent.texts().get(i)), heard);
          }
        }
      }
    }

    private static String body(String text) {
      return text.substring(text.indexOf('=') + 1);
    }

    private void check() {
      voices.forEach(Voice::settle);
      assertTrue(voices.stream().allMatch(voice -> voice.unanswered.isEmpty()), "no answer");
      read(false);
      var texts = List.copyOf(log.values());
      assertEquals(texts.size(), texts.stream().distinct().count(), "stored twice: " + texts);
      answered.forEach(
          (text, heard) ->
              assertEquals(
                  heard, texts.contains(text), text + " was answered with heard=" + heard));
      // Nobody is ever gone for as long as a lease here: whoever was heard is heard still.
      var strongest = new LinkedHashMap<String, Integer>();
      var speaker = new LinkedHashMap<String, String>();
      for (String text : texts) {
        String[] parts = text.split("-", -1);
        int strength = Math.min(Integer.parseInt(parts[1]), 2);
        int before = strongest.getOrDefault(parts[0], -1);
        assertTrue(
            strength > before || (strength == before && parts[1].equals(speaker.get(parts[0]))),
            text + " is heard behind " + speaker.get(parts[0]) + " in " + texts);
        strongest.put(parts[0], strength);
        speaker.put(parts[0], parts[1]);
      }
    }
  }
}
