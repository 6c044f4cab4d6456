package dev.arpeggio.ensemble;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.ensemble.EnsembleServer.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Servers come, lead, follow and go as they are told. */
class EnsembleTest {
  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path directory;

  @Test
  void aMinorityThatIsKilledOrPausedIsReplacedAndComesBack() throws Exception {
    var ensemble = Ensemble.start(directory, 3);
    try (ensemble) {
      EnsembleServer first = ensemble.awaitLeader();
      assertEquals(
          List.of(Role.FOLLOWER, Role.FOLLOWER, Role.LEADER),
          ensemble.servers().stream().map(EnsembleServer::role).sorted().toList().stream()
              .sorted((a, b) -> b.compareTo(a))
              .collect(Collectors.toList()));

      first.kill();
      assertEquals(Role.NONE, first.role());
      ensemble.awaitServing();
      EnsembleServer second = ensemble.awaitLeader();
      assertNotEquals(first.id(), second.id());
      ensemble.startAll();
      ensemble.awaitServing();
      assertEquals(Role.FOLLOWER, first.role());

      second.pause();
      ensemble.awaitServing();
      assertNotEquals(second.id(), ensemble.awaitLeader().id());
      second.resume();
      ensemble.awaitServing();
      ensemble.failIfOneEndedByItself();
    }
    assertTrue(ensemble.servers().stream().noneMatch(EnsembleServer::isRunning));
  }

  @Test
  void withoutAQuorumNobodyLeads() throws Exception {
    try (var ensemble = Ensemble.start(directory, 3)) {
      ensemble.awaitFollower().kill();
      ensemble.awaitServing();
      ensemble.awaitFollower().kill();
      EnsembleServer last =
          ensemble.servers().stream().filter(EnsembleServer::isRunning).findFirst().orElseThrow();
      while (last.role() != Role.NONE) {
        Thread.onSpinWait();
      }
      assertTrue(ensemble.leader().isEmpty());
      ensemble.stopAll();
      assertFalse(last.isRunning());
      ensemble.startAll();
      ensemble.awaitServing();
    }
  }

  @Test
  void aServerThatEndsByItselfIsReportedWithWhatItSaid() throws Exception {
    try (var ensemble = Ensemble.start(directory, 1)) {
      EnsembleServer server = ensemble.awaitLeader();
      assertEquals(Role.STANDALONE, server.role());
      ensemble.failIfOneEndedByItself();
      server.stop();
      Files.writeString(directory.resolve("zoo-1.cfg"), "clientPort=nonsense");
      server.start();
      var failure = assertThrows(IOException.class, ensemble::awaitServing);
      assertTrue(String.valueOf(failure.getMessage()).contains("nonsense"), failure.getMessage());
    }
  }
}
