package dev.arpeggio.client.testing;

import dev.arpeggio.protocol.v1.ErrorReason;
import dev.arpeggio.protocol.v1.PublishAttach;
import dev.arpeggio.protocol.v1.Qos;
import java.util.Map;

/** What publishers offer and consumers request, against topics that all have the defaults. */
final class QosCheck {
  private QosCheck() {}

  /** Refuses a publisher that offers less than a topic with the defaults demands. */
  static void publisher(PublishAttach attach) {
    Qos offered = attach.getOffered();
    boolean exclusive =
        offered.getOwnership() == Qos.Ownership.EXCLUSIVE || attach.getStrength() > 0;
    refuseIf(exclusive, "ownership", "EXCLUSIVE", "SHARED");
    refuseIf(
        offered.getReliability() == Qos.Reliability.BEST_EFFORT,
        "reliability",
        "BEST_EFFORT",
        "RELIABLE");
    long lease = Configs.DEFAULTS.getPublisherLeaseMs();
    refuseIf(offered.getLeaseMs() > lease, "lease", offered.getLeaseMs() + " ms", lease + " ms");
  }

  /** Refuses a consumer that requests more than a topic with the defaults offers. */
  static void consumer(Qos requested) {
    refuseIf(
        requested.getOwnership() == Qos.Ownership.EXCLUSIVE, "ownership", "SHARED", "EXCLUSIVE");
    refuseIf(
        requested.getDeadlineMs() > 0, "deadline", "none", requested.getDeadlineMs() + " ms");
    long lease = Configs.DEFAULTS.getPublisherLeaseMs();
    refuseIf(
        requested.getLeaseMs() > 0 && requested.getLeaseMs() < lease,
        "lease",
        lease + " ms",
        requested.getLeaseMs() + " ms");
  }

  private static void refuseIf(boolean bad, String policy, String offered, String requested) {
    if (bad) {
      throw Refusals.of(
          ErrorReason.QOS_MISMATCH,
          policy + ": " + offered + " is offered, " + requested + " is requested",
          Map.of("policy", policy, "offered", offered, "requested", requested));
    }
  }
}
