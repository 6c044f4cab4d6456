package dev.arpeggio.queue;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Whether what one side offers meets what the other requests. A publisher has to offer what the
 * topic demands, and the topic what a consumer requests, so that both hold between any publisher
 * and any consumer.
 */
final class QosRules {
  private QosRules() {}

  /**
   * @throws QueueException QOS_MISMATCH with the first policy that is not met
   */
  static void checkConsumer(Qos offered, QosRequest requested) throws QueueException {
    checkOwnership(offered.ownership(), requested.ownership());
    checkOrder("reliability", offered.reliability(), requested.reliability());
    checkOrder("durability", offered.durability(), requested.durability());
    checkTime("deadline", offered.deadline(), requested.deadline());
    checkTime("lease", offered.lease(), requested.lease());
  }

  /**
   * @throws QueueException QOS_MISMATCH with the first policy that is not met; INVALID_ARGUMENT
   */
  static void checkPublisher(PublisherSpec offered, Qos demanded) throws QueueException {
    if (offered.strength() < 0) {
      throw QueueException.invalidArgument("strength", "must be at least 0");
    }
    if (offered.id() == null && demanded.isExclusive()) {
      throw anonymous();
    }
    // Whoever gives itself a strength means to silence others.
    Qos.Ownership ownership =
        offered.ownership() == null && offered.strength() > 0
            ? Qos.Ownership.EXCLUSIVE
            : offered.ownership();
    if (ownership != null) {
      checkOwnership(ownership, demanded.ownership());
    }
    checkOrder("reliability", offered.reliability(), demanded.reliability());
    if (offered.deadline() != null && demanded.hasDeadline()) {
      checkTime("deadline", offered.deadline(), demanded.deadline());
    }
    if (offered.lease() != null) {
      if (offered.lease().compareTo(Qos.SHORTEST) < 0) {
        throw QueueException.invalidArgument(
            "lease_ms", "must be at least " + Qos.SHORTEST.toMillis());
      }
      checkTime("lease", offered.lease(), demanded.lease());
    }
  }

  static QueueException anonymous() {
    return QueueException.invalidArgument(
        "producer_id", "is needed in a topic whose publishers are exclusive");
  }

  private static void checkOwnership(Qos.Ownership offered, Qos.@Nullable Ownership requested)
      throws QueueException {
    if (requested != null && offered != requested) {
      throw QueueException.qosMismatch("ownership", offered.name(), requested.name());
    }
  }

  private static <E extends Enum<E>> void checkOrder(
      String policy, E offered, @Nullable E requested) throws QueueException {
    if (requested != null && offered.compareTo(requested) < 0) {
      throw QueueException.qosMismatch(policy, offered.name(), requested.name());
    }
  }

  // Zero promises nothing.
  private static void checkTime(String policy, Duration offered, @Nullable Duration requested)
      throws QueueException {
    if (requested != null && (offered.isZero() || offered.compareTo(requested) > 0)) {
      throw QueueException.qosMismatch(policy, text(offered), text(requested));
    }
  }

  private static String text(Duration time) {
    return time.isZero() ? "none" : time.toMillis() + " ms";
  }
}
