package dev.arpeggio.node.cli.failover;

import dev.arpeggio.node.cli.local.Daemon;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Kills and pauses owners, one at a time, and measures how long their partitions are out. */
final class FailoverBench {
  // One in so many pauses is longer than a session of ZooKeeper.
  private static final int LONG_PAUSE_EVERY = 5;
  private static final Duration LONG_PAUSE = Duration.ofSeconds(15);
  private static final Duration SHORT_PAUSE = Duration.ofSeconds(3);

  /** What befalls an owner. */
  enum Incident {
    KILL,
    PAUSE
  }

  /**
   * One incident, as the worst of the owner's partitions felt it.
   *
   * @param partitions that the owner served
   * @param toConfirmation from the signal to the first confirmation of what was sent after it
   * @param toDelivery the same for deliveries
   */
  record Round(
      Incident incident,
      String node,
      int partitions,
      Duration toConfirmation,
      Duration toDelivery) {}

  private final TestBed bed;
  private final Consumer<Round> done;
  private final SplittableRandom random = new SplittableRandom(1);

  /**
   * @param done told of each round
   */
  FailoverBench(TestBed bed, Consumer<Round> done) {
    this.bed = bed;
    this.done = done;
  }

  List<Round> run(int kills, int pauses) throws IOException, InterruptedException {
    List<Round> rounds = new ArrayList<>();
    for (int i = 0; i < Math.max(kills, pauses); i++) {
      if (i < kills) {
        rounds.add(round(Incident.KILL, Duration.ZERO));
      }
      if (i < pauses) {
        boolean longer = i % LONG_PAUSE_EVERY == LONG_PAUSE_EVERY - 1;
        rounds.add(round(Incident.PAUSE, longer ? LONG_PAUSE : SHORT_PAUSE));
      }
    }
    return rounds;
  }

  private Round round(Incident incident, Duration pause) throws IOException, InterruptedException {
    bed.awaitWork();
    Map<String, List<Integer>> owners = bed.owners();
    List<String> addresses = List.copyOf(owners.keySet());
    String address = addresses.get(random.nextInt(addresses.size()));
    List<Integer> affected = owners.getOrDefault(address, List.of());
    Daemon owner =
        bed.ring()
            .at(address)
            .orElseThrow(() -> new IllegalStateException(address + " is no node of the ring"));
    long since = System.nanoTime();
    if (incident == Incident.KILL) {
      owner.kill();
    } else {
      owner.pause();
    }
    long firstNew = bed.load().sent();
    bed.load().confirmations().interrupted(affected, since, firstNew);
    bed.load().deliveries().interrupted(affected, since, firstNew);
    Duration confirmed = back(bed.load().confirmations(), address);
    Duration delivered = back(bed.load().deliveries(), address);
    if (incident == Incident.KILL) {
      bed.ring().restart(owner);
    } else {
      long left = pause.toNanos() - (System.nanoTime() - since);
      Thread.sleep(Duration.ofNanos(Math.max(0, left)).toMillis());
      owner.resume();
    }
    Round round = new Round(incident, address, affected.size(), confirmed, delivered);
    done.accept(round);
    return round;
  }

  private Duration back(Pulse pulse, String address) throws InterruptedException {
    @Nullable Duration back = pulse.awaitBack(TestBed.PATIENCE);
    if (back == null) {
      throw bed.stuck("a partition of " + address + " was out");
    }
    return back;
  }
}
