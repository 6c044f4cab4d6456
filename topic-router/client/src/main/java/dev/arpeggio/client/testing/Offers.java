package dev.arpeggio.client.testing;

import dev.arpeggio.protocol.v1.ErrorReason;
import dev.arpeggio.protocol.v1.PublishAttach;
import dev.arpeggio.protocol.v1.Qos;
import dev.arpeggio.protocol.v1.TopicConfig;
import io.grpc.StatusRuntimeException;
import java.util.Map;

/**
 * What the broker's topics offer: every publisher is heard, and everything is confirmed and kept.
 * Whoever demands anything else is refused, rather than served as if it had it. Stateless.
 */
final class Offers {
  private static final long LEASE_MILLIS = 10_000;

  private Offers() {}

  static TopicConfig.Builder defaults(TopicConfig.Builder to) {
    return to.setOwnership(Qos.Ownership.SHARED)
        .setReliability(Qos.Reliability.RELIABLE)
        .setDurability(Qos.Durability.PERSISTENT)
        .setDeadlineMs(0)
        .setPublisherLeaseMs(LEASE_MILLIS);
  }

  static void check(TopicConfig config) {
    require("ownership", config.getOwnership() == Qos.Ownership.SHARED);
    require("reliability", config.getReliability() == Qos.Reliability.RELIABLE);
    require("durability", config.getDurability() == Qos.Durability.PERSISTENT);
    require("deadline_ms", config.getDeadlineMs() == 0);
    require("publisher_lease_ms", config.getPublisherLeaseMs() == LEASE_MILLIS);
  }

  private static void require(String field, boolean isDefault) {
    if (!isDefault) {
      throw Refusals.invalid(field, "cannot be set in a broker in memory");
    }
  }

  static void checkOffered(PublishAttach attach) {
    Qos offered = attach.getOffered();
    if (offered.getReliability() == Qos.Reliability.BEST_EFFORT) {
      throw mismatch("reliability", "BEST_EFFORT", "RELIABLE");
    }
    if (attach.getStrength() != 0 || offered.getOwnership() == Qos.Ownership.EXCLUSIVE) {
      throw mismatch("ownership", "EXCLUSIVE", "SHARED");
    }
    if (offered.getLeaseMs() > LEASE_MILLIS) {
      throw mismatch("lease", offered.getLeaseMs() + " ms", LEASE_MILLIS + " ms");
    }
  }

  static void checkRequested(Qos requested) {
    if (requested.getOwnership() == Qos.Ownership.EXCLUSIVE) {
      throw mismatch("ownership", "SHARED", "EXCLUSIVE");
    }
    if (requested.getDeadlineMs() != 0) {
      throw mismatch("deadline", "none", requested.getDeadlineMs() + " ms");
    }
    if (requested.getLeaseMs() != 0 && requested.getLeaseMs() < LEASE_MILLIS) {
      throw mismatch("lease", LEASE_MILLIS + " ms", requested.getLeaseMs() + " ms");
    }
  }

  private static StatusRuntimeException mismatch(String policy, String offered, String requested) {
    return Refusals.of(
        ErrorReason.QOS_MISMATCH,
        policy + ": " + offered + " is offered, and " + requested + " is requested",
        Map.of("policy", policy, "offered", offered, "requested", requested));
  }
}
