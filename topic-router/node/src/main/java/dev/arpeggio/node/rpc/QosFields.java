package dev.arpeggio.node.rpc;

import dev.arpeggio.protocol.v1.ConsumeAttach;
import dev.arpeggio.protocol.v1.PublishAttach;
import dev.arpeggio.protocol.v1.SequenceRange;
import dev.arpeggio.queue.ProducerId;
import dev.arpeggio.queue.PublisherSpec;
import dev.arpeggio.queue.Qos;
import dev.arpeggio.queue.QosRequest;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What publishers offer and consumers request, on the wire and in the domain. */
final class QosFields {
  private QosFields() {}

  static PublisherSpec offered(PublishAttach attach, @Nullable ProducerId id) {
    dev.arpeggio.protocol.v1.Qos wire = attach.getOffered();
    Qos.Reliability reliability = reliability(wire.getReliability());
    return new PublisherSpec(
        id,
        strength(attach.getStrength()),
        ownership(wire.getOwnership()),
        reliability == null ? Qos.Reliability.RELIABLE : reliability,
        time("deadline_ms", wire.getDeadlineMs()),
        time("lease_ms", wire.getLeaseMs()));
  }

  static int strength(int strength) {
    if (strength < 0) {
      throw Errors.invalid("strength", Integer.toUnsignedString(strength) + " is out of range");
    }
    return strength;
  }

  static QosRequest requested(ConsumeAttach attach) {
    dev.arpeggio.protocol.v1.Qos wire = attach.getRequested();
    return new QosRequest(
        ownership(wire.getOwnership()),
        reliability(wire.getReliability()),
        durability(wire.getDurability()),
        time("deadline_ms", wire.getDeadlineMs()),
        time("lease_ms", wire.getLeaseMs()));
  }

  static Qos.@Nullable Ownership ownership(dev.arpeggio.protocol.v1.Qos.Ownership wire) {
    return switch (wire) {
      case OWNERSHIP_UNSPECIFIED -> null;
      case SHARED -> Qos.Ownership.SHARED;
      case EXCLUSIVE -> Qos.Ownership.EXCLUSIVE;
      case UNRECOGNIZED -> throw Errors.invalid("ownership", "must be SHARED or EXCLUSIVE");
    };
  }

  static dev.arpeggio.protocol.v1.Qos.Ownership encode(Qos.Ownership ownership) {
    return switch (ownership) {
      case SHARED -> dev.arpeggio.protocol.v1.Qos.Ownership.SHARED;
      case EXCLUSIVE -> dev.arpeggio.protocol.v1.Qos.Ownership.EXCLUSIVE;
    };
  }

  static Qos.@Nullable Reliability reliability(dev.arpeggio.protocol.v1.Qos.Reliability wire) {
    return switch (wire) {
      case RELIABILITY_UNSPECIFIED -> null;
      case BEST_EFFORT -> Qos.Reliability.BEST_EFFORT;
      case RELIABLE -> Qos.Reliability.RELIABLE;
      case UNRECOGNIZED -> throw Errors.invalid("reliability", "must be BEST_EFFORT or RELIABLE");
    };
  }

  static dev.arpeggio.protocol.v1.Qos.Reliability encode(Qos.Reliability reliability) {
    return switch (reliability) {
      case BEST_EFFORT -> dev.arpeggio.protocol.v1.Qos.Reliability.BEST_EFFORT;
      case RELIABLE -> dev.arpeggio.protocol.v1.Qos.Reliability.RELIABLE;
    };
  }

  static Qos.@Nullable Durability durability(dev.arpeggio.protocol.v1.Qos.Durability wire) {
    return switch (wire) {
      case DURABILITY_UNSPECIFIED -> null;
      case VOLATILE -> Qos.Durability.VOLATILE;
      case PERSISTENT -> Qos.Durability.PERSISTENT;
      case UNRECOGNIZED -> throw Errors.invalid("durability", "must be VOLATILE or PERSISTENT");
    };
  }

  static dev.arpeggio.protocol.v1.Qos.Durability encode(Qos.Durability durability) {
    return switch (durability) {
      case VOLATILE -> dev.arpeggio.protocol.v1.Qos.Durability.VOLATILE;
      case PERSISTENT -> dev.arpeggio.protocol.v1.Qos.Durability.PERSISTENT;
    };
  }

  private static @Nullable Duration time(String field, long millis) {
    return millis == 0 ? null : Requests.millis(field, millis);
  }

  static List<SequenceRange> encode(List<dev.arpeggio.queue.SequenceRange> ranges) {
    return ranges.stream()
        .map(
            range ->
                SequenceRange.newBuilder().setFirst(range.first()).setCount(range.count()).build())
        .toList();
  }

  static List<dev.arpeggio.queue.SequenceRange> decode(List<SequenceRange> ranges) {
    return ranges.stream()
        .map(range -> new dev.arpeggio.queue.SequenceRange(range.getFirst(), range.getCount()))
        .toList();
  }
}
