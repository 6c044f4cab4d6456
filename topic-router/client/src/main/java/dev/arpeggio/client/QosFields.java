package dev.arpeggio.client;

import dev.arpeggio.protocol.v1.Qos;
import dev.arpeggio.protocol.v1.TopicConfig;
import java.time.Duration;
import java.util.Optional;

/** What producers offer and consumers request, as the protocol has it. */
final class QosFields {
  private QosFields() {}

  static Qos encode(ProducerOptions options) {
    Qos.Builder offered = Qos.newBuilder().setReliability(encode(options.reliability()));
    options.ownership().map(QosFields::encode).ifPresent(offered::setOwnership);
    options.deadline().map(Duration::toMillis).ifPresent(offered::setDeadlineMs);
    options.lease().map(Duration::toMillis).ifPresent(offered::setLeaseMs);
    return offered.build();
  }

  static Qos encode(QosRequest request) {
    Qos.Builder requested = Qos.newBuilder();
    request.ownership().map(QosFields::encode).ifPresent(requested::setOwnership);
    request.reliability().map(QosFields::encode).ifPresent(requested::setReliability);
    request.durability().map(QosFields::encode).ifPresent(requested::setDurability);
    request.deadline().map(Duration::toMillis).ifPresent(requested::setDeadlineMs);
    request.lease().map(Duration::toMillis).ifPresent(requested::setLeaseMs);
    return requested.build();
  }

  static Qos.Ownership encode(Ownership ownership) {
    return Qos.Ownership.valueOf(ownership.name());
  }

  static Qos.Reliability encode(Reliability reliability) {
    return Qos.Reliability.valueOf(reliability.name());
  }

  static Qos.Durability encode(Durability durability) {
    return Qos.Durability.valueOf(durability.name());
  }

  // What this version does not know is more than it could ask for.
  static TopicSettings.Qos decode(TopicConfig wire) {
    return new TopicSettings.Qos(
        wire.getOwnership() == Qos.Ownership.EXCLUSIVE ? Ownership.EXCLUSIVE : Ownership.SHARED,
        wire.getReliability() == Qos.Reliability.BEST_EFFORT
            ? Reliability.BEST_EFFORT
            : Reliability.RELIABLE,
        wire.getDurability() == Qos.Durability.VOLATILE
            ? Durability.VOLATILE
            : Durability.PERSISTENT,
        wire.getDeadlineMs() == 0
            ? Optional.empty()
            : Optional.of(Duration.ofMillis(wire.getDeadlineMs())),
        Duration.ofMillis(wire.getPublisherLeaseMs()));
  }
}
