package dev.arpeggio.node.cli.demo;

import dev.arpeggio.client.Admin;
import dev.arpeggio.node.cli.io.Console;
import dev.arpeggio.node.cli.io.Figures;
import dev.arpeggio.node.cli.local.Daemon;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/**
 * Kills the node that serves the topic, as often as the plan says, and starts it again once the
 * others have taken over. Runs on one thread.
 */
final class Killer implements Callable<List<Killer.Kill>> {
  /**
   * One node's death.
   *
   * @param unconfirmed lines that had been sent and not confirmed when it was killed
   * @param outage from the kill to the first confirmation of a line that was sent after it
   */
  record Kill(String node, int unconfirmed, Duration outage) {}

  private final Cluster cluster;
  private final Admin admin;
  private final String topic;
  private final Plan plan;
  private final Ledger ledger;
  private final Console console;

  Killer(Cluster cluster, Admin admin, String topic, Plan plan, Ledger ledger, Console console) {
    this.cluster = cluster;
    this.admin = admin;
    this.topic = topic;
    this.plan = plan;
    this.ledger = ledger;
    this.console = console;
  }

  @Override
  public List<Kill> call() throws IOException, InterruptedException {
    List<Kill> kills = new ArrayList<>();
    for (int i = 0; i < plan.kills() && ledger.failure() == null; i++) {
      ledger.awaitConfirmed(plan.killAfter(i));
      cluster.awaitIdealRing(admin);
      Daemon owner = cluster.ownerOf(topic, admin);
      setPublisherGoing(i);
      int unconfirmed = ledger.sent() - ledger.confirmed();
      long now = System.nanoTime();
      owner.kill();
      ledger.killed(now);
      console.say("killed " + owner.name() + " at line " + Figures.count(ledger.sent()));
      ledger.allow(plan.holdAt(i + 1));
      Optional<Duration> outage = ledger.awaitResumed();
      if (outage.isPresent()) {
        kills.add(new Kill(owner.name(), unconfirmed, outage.get()));
        console.say("publishing again after " + outage.get().toMillis() + " ms");
        cluster.restart(owner);
      }
    }
    return kills;
  }

  private void setPublisherGoing(int kill) throws InterruptedException {
    int hold = plan.holdAt(kill);
    ledger.allow(hold + plan.headStart());
    if (plan.headStart() > 0 && ledger.sent() >= hold) {
      ledger.awaitSent(hold + 1);
    }
  }
}
