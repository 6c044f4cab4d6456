package dev.arpeggio.node.cli.failover;

import dev.arpeggio.node.cli.local.Daemon;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Restarts one node after the other, and measures the longest silence of any partition. */
final class RestartBench {
  /**
   * What one node's restart did.
   *
   * @param confirmations longest time in which a partition confirmed nothing while the node went
   * @param deliveries the same for deliveries
   * @param confirmationsBack longest time in which a partition confirmed nothing while it came back
   * @param deliveriesBack the same for deliveries
   */
  record Restart(
      String node,
      Duration confirmations,
      Duration deliveries,
      Duration confirmationsBack,
      Duration deliveriesBack) {}

  private final TestBed bed;
  private final Consumer<Restart> done;

  /**
   * @param done told of each restart
   */
  RestartBench(TestBed bed, Consumer<Restart> done) {
    this.bed = bed;
    this.done = done;
  }

  List<Restart> run() throws IOException, InterruptedException {
    List<Restart> restarts = new ArrayList<>();
    for (Daemon node : bed.ring().nodes()) {
      bed.awaitWork();
      silence(bed.load().confirmations());
      silence(bed.load().deliveries());
      node.stop();
      bed.awaitBeats();
      Duration confirmations = silence(bed.load().confirmations());
      Duration deliveries = silence(bed.load().deliveries());
      bed.ring().restart(node);
      bed.awaitWork();
      Restart restart =
          new Restart(
              node.name(),
              confirmations,
              deliveries,
              silence(bed.load().confirmations()),
              silence(bed.load().deliveries()));
      restarts.add(restart);
      done.accept(restart);
    }
    return restarts;
  }

  private static Duration silence(Pulse pulse) {
    return pulse.longestSilence(System.nanoTime());
  }
}
