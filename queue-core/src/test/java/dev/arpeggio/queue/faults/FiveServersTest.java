package dev.arpeggio.queue.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.ensemble.Ensemble;
import dev.arpeggio.ensemble.EnsembleServer;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Numbered items pass strictly in order through five servers whose leader is killed again and
 * again.
 */
class FiveServersTest {
  private static final int KILLS = 3;

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private static Path directory;

  private static Ensemble ensemble;

  @BeforeAll
  static void startServers() throws Exception {
    ensemble = Ensemble.start(directory, 5);
  }

  @AfterAll
  static void stopServers() throws Exception {
    ensemble.close();
  }

  @Test
  void fiveHundredItemsOneByOne() throws Exception {
    pass(500, new Traffic.Shape(1, 1, 1, 1, Duration.ofMillis(10), 500));
  }

  @Test
  void tenTimesAsManyWithManyUnderWay() throws Exception {
    pass(5_000, new Traffic.Shape(1, 1, 8, 10, Duration.ofMillis(5), 5_000));
  }

  /** The kills are spread over the items. */
  private static void pass(int items, Traffic.Shape shape) throws Exception {
    var traffic = Traffic.on(ensemble, "items-" + items, shape, items);
    try {
      for (int kill = 0; kill < KILLS; kill++) {
        traffic.flow(items / (KILLS + 2));
        EnsembleServer leader = ensemble.awaitLeader();
        leader.kill();
        assertTrue(traffic.ledger().deliveredMessages() < items, "killed too late: " + traffic);
        ensemble.awaitServing();
        leader.start();
      }
      traffic.finishWhenAllIsSent();
      assertEquals(items, traffic.ledger().deliveredMessages());
      assertEquals(items, traffic.ledger().confirmedMessages());
    } finally {
      ensemble.startAll();
      ensemble.awaitServing();
      traffic.end();
    }
  }
}
