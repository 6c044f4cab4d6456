package dev.arpeggio.simulator.zookeeper;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.queue.ZooKeeperPort;
import dev.arpeggio.queue.ZooKeeperPort.Code;
import dev.arpeggio.queue.ZooKeeperPort.Mode;
import dev.arpeggio.simulator.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What a single real server cannot show: several servers, and everything that goes wrong. */
final class EnsembleTest {
  private static final Duration SESSION = Duration.ofSeconds(4);
  private static final byte[] EMPTY = new byte[0];

  private final VirtualTime time = new VirtualTime();
  private Ensemble ensemble = ensemble(3, 1);
  private final List<Code> codes = new ArrayList<>();
  private final List<String> session = new ArrayList<>();

  private Ensemble ensemble(int servers, long seed) {
    return new Ensemble(time, new SplittableRandom(seed), Ensemble.Options.of(servers));
  }

  private void pass(Duration duration) {
    time.runUntil(time.nowNanos() + duration.toNanos());
  }

  private void pass() {
    pass(Duration.ofSeconds(1));
  }

  private ModelPort client() {
    ModelPort client = ensemble.client(new TestLoop(time), SESSION);
    ZooKeeperPort.Registration unused =
        client.listen(
            new ZooKeeperPort.SessionListener() {
              @Override
              public void connected(long sessionId) {
                session.add("connected");
              }

              @Override
              public void disconnected() {
                session.add("disconnected");
              }

              @Override
              public void expired() {
                session.add("expired");
              }
            });
    pass();
    assertTrue(client.isConnected());
    return client;
  }

  private void create(ModelPort client, String path) {
    client.create(path, EMPTY, Mode.PERSISTENT, reply -> codes.add(reply.code()));
  }

  private void set(ModelPort client, String path, String text) {
    client.set(path, text.getBytes(UTF_8), -1, reply -> codes.add(reply.code()));
  }

  private static void read(ModelPort client, String path, List<String> texts) {
    client.get(
        path,
        reply ->
            texts.add(
                reply.isOk() ? new String(reply.get().data(), UTF_8) : reply.code().toString()));
  }

  @Test
  void aServerThatLagsGivesOldDataUntilItIsSynced() {
    ModelPort writer = client();
    create(writer, "/a");
    set(writer, "/a", "old");
    pass();
    List<ModelPort> readers = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      readers.add(client());
    }
    for (int server = 0; server < 3; server++) {
      ensemble.lag(server, Duration.ofMillis(100 + 200 * server));
    }
    set(writer, "/a", "new");
    pass(Duration.ofMillis(50));
    List<String> before = new ArrayList<>();
    readers.forEach(reader -> read(reader, "/a", before));
    List<String> after = new ArrayList<>();
    for (ModelPort reader : readers) {
      reader.sync("/a", reply -> codes.add(reply.code()));
      read(reader, "/a", after);
    }
    pass();
    assertTrue(before.contains("old"), before.toString());
    assertEquals(List.of("new"), after.stream().distinct().toList());
  }

  @Test
  void aSessionSeesItsOwnWritesAndNeverGoesBackFromServerToServer() {
    ModelPort writer = client();
    create(writer, "/a");
    List<String> seen = new ArrayList<>();
    for (int i = 10; i < 60; i++) {
      ensemble.lag(i % 3, Duration.ofMillis(i * 7 % 300));
      set(writer, "/a", "" + i);
      if (i % 5 == 0) {
        pass(Duration.ofMillis(20));
        writer.reset();
        pass(Duration.ofSeconds(2));
      }
      read(writer, "/a", seen);
    }
    pass(Duration.ofSeconds(5));
    List<String> numbers =
        seen.stream().filter(text -> !text.isEmpty() && Character.isDigit(text.charAt(0))).toList();
    assertEquals(numbers.stream().sorted().toList(), numbers);
    assertTrue(numbers.size() >= 10, seen.toString());
  }

  @Test
  void ofWhatIsUnderWayWhenTheConnectionBreaksABeginningTakesEffect() {
    TreeSet<Integer> beginnings = new TreeSet<>();
    for (int seed = 0; seed < 40; seed++) {
      ensemble = ensemble(1, seed);
      codes.clear();
      ModelPort client = client();
      for (int i = 0; i < 5; i++) {
        create(client, "/" + i);
      }
      client.reset();
      pass(Duration.ofSeconds(2));
      assertEquals(List.of(Code.CONNECTION_LOSS), codes.stream().distinct().toList());
      assertEquals(5, codes.size());
      int count = ensemble.tree().children("/").size();
      assertEquals(
          List.of("0", "1", "2", "3", "4").subList(0, count),
          List.copyOf(ensemble.tree().children("/")));
      beginnings.add(count);
    }
    assertEquals(List.of(0, 1, 2, 3, 4, 5), List.copyOf(beginnings));
  }

  @Test
  void aStrayTakesEffectLateUnlessALaterWriteWasFaster() {
    int late = 0;
    int overtaken = 0;
    for (int seed = 0; seed < 40; seed++) {
      ensemble = ensemble(1, seed);
      ensemble.strays(100);
      ModelPort client = client();
      create(client, "/a");
      create(client, "/b");
      client.reset();
      pass(Duration.ofMillis(3));
      boolean before = ensemble.tree().find("/a") != null;
      create(client, "/c");
      pass(Duration.ofSeconds(10));
      boolean after = ensemble.tree().find("/a") != null;
      late += !before && after ? 1 : 0;
      overtaken += after ? 0 : 1;
      assertFalse(
          after
              && Objects.requireNonNull(ensemble.tree().find("/a")).createdBy()
                  > Objects.requireNonNull(ensemble.tree().find("/c")).createdBy(),
          "a write of one session took effect after a later one");
    }
    assertTrue(late > 0 && overtaken > 0, late + " late, " + overtaken + " overtaken");
  }

  @Test
  void aClientThatIsCutOffLosesItsSessionAndItsEphemeralZnodes() {
    ModelPort client = client();
    client.create("/e", EMPTY, Mode.EPHEMERAL, reply -> codes.add(reply.code()));
    pass();
    long first = client.session();
    client.cut(true, false);
    create(client, "/late");
    pass(Duration.ofSeconds(6));
    assertEquals(List.of(Code.OK, Code.CONNECTION_LOSS), codes);
    assertNull(ensemble.tree().find("/e"), "the session is over");
    assertEquals(first, client.session(), "but the client does not know");
    client.heal();
    pass(Duration.ofSeconds(3));
    assertEquals(List.of("connected", "disconnected", "expired", "connected"), session);
    assertNotEquals(first, client.session());
    assertNull(ensemble.tree().find("/late"));
  }

  @Test
  void aClientThatHearsNothingGivesItsConnectionUpInTimeToKeepItsSession() {
    ModelPort client = client();
    long first = client.session();
    client.cut(false, true);
    create(client, "/a");
    pass(Duration.ofMillis(3_300));
    client.heal();
    pass(Duration.ofSeconds(3));
    assertEquals(List.of(Code.CONNECTION_LOSS), codes);
    assertTrue(ensemble.tree().find("/a") != null, "it had arrived");
    assertEquals(List.of("connected", "disconnected", "connected"), session);
    assertEquals(first, client.session());
  }

  @Test
  void aRequestThatIsTooLargeCostsTheConnectionAndHasNoEffect() {
    ModelPort client = client();
    client.create("/a", new byte[1 << 20], Mode.PERSISTENT, reply -> codes.add(reply.code()));
    create(client, "/b");
    pass();
    assertEquals(List.of(Code.CONNECTION_LOSS, Code.CONNECTION_LOSS), codes);
    assertTrue(ensemble.tree().children("/").isEmpty());
    assertTrue(client.isConnected());
  }

  @Test
  void withoutAMajorityNobodyIsServedAndNoSessionEnds() {
    ModelPort client = client();
    long first = client.session();
    ensemble.stop(0);
    ensemble.stop(1);
    pass(Duration.ofSeconds(20));
    assertFalse(client.isConnected());
    create(client, "/a");
    pass();
    assertEquals(List.of(Code.CONNECTION_LOSS), codes);
    ensemble.start(1);
    pass(Duration.ofSeconds(2));
    create(client, "/a");
    pass();
    assertEquals(List.of(Code.CONNECTION_LOSS, Code.OK), codes);
    assertEquals(first, client.session());
  }

  @Test
  void aServerThatWasDownCatchesUp() {
    ModelPort client = client();
    ensemble.stop(0);
    pass(Duration.ofSeconds(2));
    create(client, "/a");
    pass();
    ensemble.start(0);
    pass();
    ensemble.stop(1);
    ensemble.stop(2);
    ensemble.start(1);
    ensemble.stop(1);
    ensemble.start(2);
    pass(Duration.ofSeconds(3));
    List<String> seen = new ArrayList<>();
    read(client, "/a", seen);
    pass();
    assertEquals(List.of(""), seen);
  }

  @Test
  void anElectionBreaksConnectionsAndNothingElse() {
    ModelPort client = client();
    long first = client.session();
    ensemble.elect(Duration.ofSeconds(10));
    pass(Duration.ofSeconds(9));
    assertFalse(client.isConnected());
    pass(Duration.ofSeconds(3));
    assertTrue(client.isConnected());
    assertEquals(first, client.session());
  }

  @Test
  void aSessionThatExpiredFailsWhatIsAskedUntilTheNextOneIsThere() {
    ModelPort client = client();
    ensemble.expire(client.session());
    pass(Duration.ofMillis(2));
    create(client, "/a");
    pass();
    assertTrue(
        codes.equals(List.of(Code.CONNECTION_LOSS)) || codes.equals(List.of(Code.SESSION_EXPIRED)),
        codes.toString());
    assertTrue(client.isConnected());
    assertTrue(session.contains("expired"));
  }

  @Test
  void aWatchOutlivesItsConnectionAndTellsWhatWasMissed() {
    ModelPort watcher = client();
    List<WatchEvent> events = new ArrayList<>();
    watcher.onWatch(events::add);
    watcher.exists("/a", true, reply -> codes.add(reply.code()));
    pass();
    ModelPort writer = client();
    watcher.reset();
    create(writer, "/a");
    pass(Duration.ofSeconds(2));
    assertEquals(List.of(new WatchEvent(WatchEvent.Kind.CREATED, "/a")), events);
    set(writer, "/a", "again");
    pass();
    assertEquals(1, events.size(), "once");
  }

  @Test
  void aWatchOfAnExpiredSessionIsSilent() {
    ModelPort watcher = client();
    List<WatchEvent> events = new ArrayList<>();
    watcher.onWatch(events::add);
    watcher.exists("/a", true, reply -> codes.add(reply.code()));
    pass();
    ensemble.expire(watcher.session());
    pass(Duration.ofSeconds(2));
    create(client(), "/a");
    pass();
    assertEquals(List.of(), events);
  }

  @Test
  void aKilledClientLeavesItsSessionBehindUntilItIsOver() {
    ModelPort client = client();
    client.create("/e", EMPTY, Mode.EPHEMERAL, reply -> codes.add(reply.code()));
    pass();
    client.kill();
    pass(Duration.ofSeconds(2));
    assertTrue(ensemble.tree().find("/e") != null);
    pass(Duration.ofSeconds(4));
    assertNull(ensemble.tree().find("/e"));
  }

  @Test
  void aClosedClientTakesItsSessionWithIt() {
    ModelPort client = client();
    client.create("/e", EMPTY, Mode.EPHEMERAL, reply -> codes.add(reply.code()));
    client.close(() -> session.add("closed"));
    pass(Duration.ofMillis(100));
    create(client, "/a");
    pass();
    assertEquals(List.of("connected", "closed"), session);
    assertEquals(List.of(Code.OK, Code.SESSION_EXPIRED), codes);
    assertTrue(ensemble.tree().children("/").isEmpty());
  }
}
