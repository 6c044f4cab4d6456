package dev.arpeggio.simulator.zookeeper;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.queue.zookeeper.EmbeddedZooKeeper;
import dev.arpeggio.simulator.VirtualTime;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * The same scripts on the model and on a real server: every session has to see the same answers,
 * stats and events in the same order. More or other scripts: {@code -Ddifferential.seeds=10000
 * -Ddifferential.first=1}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class DifferentialTest {
  private static final int SEEDS = Integer.getInteger("differential.seeds", 2_000);
  private static final long FIRST = Long.getLong("differential.first", 1);
  private static final int FLAW_SEEDS = 150;
  // Side by side, scripts share the server's writes to disk.
  private static final int AT_ONCE = 48;

  private ExecutorService workers;
  private EmbeddedZooKeeper server;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    workers = Executors.newFixedThreadPool(AT_ONCE);
    server = EmbeddedZooKeeper.start(directory, "127.0.0.1", 0);
  }

  @AfterAll
  void stop() throws Exception {
    workers.shutdownNow();
    server.close();
  }

  @Test
  void theModelDoesWhatARealServerDoes() throws Exception {
    List<Future<List<String>>> real = new ArrayList<>();
    for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
      real.add(real(seed, "same"));
    }
    for (int i = 0; i < SEEDS; i++) {
      long seed = FIRST + i;
      assertEquals(
          List.of(),
          difference(real.get(i).get(), model(seed, Flaw.NONE)),
          "seed "
              + seed
              + ": again with mvn test -pl simulator -am -Dtest=DifferentialTest"
              + " -Dsurefire.failIfNoSpecifiedTests=false -Ddifferential.first="
              + seed
              + " -Ddifferential.seeds=1");
    }
  }

  @Test
  void everyMistakeInTheModelIsSeen() throws Exception {
    List<Future<List<String>>> real = new ArrayList<>();
    for (long seed = 1; seed <= FLAW_SEEDS; seed++) {
      real.add(real(seed, "flaws"));
    }
    List<List<String>> right = new ArrayList<>();
    for (Future<List<String>> transcript : real) {
      right.add(transcript.get());
    }
    for (long seed = 1; seed <= FLAW_SEEDS; seed++) {
      assertEquals(
          List.of(), difference(right.get((int) seed - 1), model(seed, Flaw.NONE)), "seed " + seed);
    }
    List<Flaw> unseen =
        Arrays.stream(Flaw.values())
            .filter(
                flaw ->
                    LongStream.rangeClosed(1, FLAW_SEEDS).noneMatch(s -> isSeen(flaw, s, right)))
            .toList();
    assertEquals(List.of(Flaw.NONE), unseen);
    assertTrue(right.stream().mapToInt(List::size).sum() > 10 * FLAW_SEEDS, "scripts are long");
  }

  /** What led to the first difference, and the two lines. */
  private static List<String> difference(List<String> real, List<String> model) {
    int at = 0;
    while (at < Math.min(real.size(), model.size()) && real.get(at).equals(model.get(at))) {
      at++;
    }
    if (at == real.size() && at == model.size()) {
      return List.of();
    }
    List<String> shown = new ArrayList<>(real.subList(0, at));
    shown.add("real:  " + (at < real.size() ? real.get(at) : "ends"));
    shown.add("model: " + (at < model.size() ? model.get(at) : "ends"));
    return shown;
  }

  private static boolean isSeen(Flaw flaw, long seed, List<List<String>> right) {
    try {
      return !model(seed, flaw).equals(right.get((int) seed - 1));
    } catch (IllegalStateException e) {
      // The model itself has noticed that it makes no sense.
      return true;
    }
  }

  private static List<String> model(long seed, Flaw flaw) {
    Script script = Script.of(seed);
    Transcript transcript = new Transcript(script.sessions());
    VirtualTime time = new VirtualTime();
    try (ModelSubject subject =
        new ModelSubject(time, flaw.ensemble(time), script.sessions(), transcript)) {
      return Performance.of(script, subject, transcript);
    } catch (IllegalStateException e) {
      throw e;
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private Future<List<String>> real(long seed, String purpose) {
    return workers.submit(
        () -> {
          Script script = Script.of(seed);
          Transcript transcript = new Transcript(script.sessions());
          String chroot = "/" + purpose + "-" + seed;
          try (RealSubject subject =
              new RealSubject(server.connectString(), chroot, script.sessions(), transcript)) {
            return Performance.of(script, subject, transcript);
          }
        });
  }
}
