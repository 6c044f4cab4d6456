package dev.arpeggio.node.rpc;

import com.google.protobuf.ByteString;
import dev.arpeggio.protocol.v1.ConsumeAttach;
import dev.arpeggio.protocol.v1.OffsetRange;
import dev.arpeggio.queue.ConsumerId;
import dev.arpeggio.queue.PartitionId;
import dev.arpeggio.queue.ProducerId;
import dev.arpeggio.queue.QueueException;
import dev.arpeggio.queue.SubscriptionKind;
import dev.arpeggio.queue.SubscriptionSpec;
import dev.arpeggio.queue.TopicConfig;
import dev.arpeggio.queue.TopicName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The fields of requests as the types of the domain, or a typed refusal. */
final class Requests {

  /** Ranges in one acknowledgement or release. */
  static final int MAX_RANGES = 10_000;

  /** The subscription of a plain queue. */
  static final String DEFAULT_SUBSCRIPTION = "default";

  private static final int ID_BYTES = 16;

  private Requests() {}

  static TopicName topic(String name) throws QueueException {
    return TopicName.parse(name);
  }

  static PartitionId partition(String topic, int partition) throws QueueException {
    TopicName name = TopicName.parse(topic);
    if (partition < 0 || partition >= TopicConfig.MAX_PARTITIONS) {
      throw Errors.invalid("partition", Integer.toUnsignedString(partition) + " is out of range");
    }
    return new PartitionId(name, partition);
  }

  /** How many partitions a caller knows of; 0: it does not say. */
  static int partitions(int number) {
    if (number < 0 || number > TopicConfig.MAX_PARTITIONS) {
      throw Errors.invalid("partitions", Integer.toUnsignedString(number) + " is out of range");
    }
    return number;
  }

  static String subscription(String name) {
    return name.isEmpty() ? DEFAULT_SUBSCRIPTION : name;
  }

  static SubscriptionSpec subscription(ConsumeAttach attach) {
    @Nullable SubscriptionKind kind =
        switch (attach.getKind()) {
          case SUBSCRIPTION_KIND_UNSPECIFIED -> null;
          case SHARED -> SubscriptionKind.SHARED;
          case EXCLUSIVE -> SubscriptionKind.EXCLUSIVE;
          case FAILOVER -> SubscriptionKind.FAILOVER;
          case KEY_SHARED -> SubscriptionKind.KEY_SHARED;
          case UNRECOGNIZED ->
              throw Errors.invalid("kind", attach.getKindValue() + " is no kind of subscription");
        };
    return new SubscriptionSpec(
        subscription(attach.getSubscription()), kind, QosFields.requested(attach));
  }

  static @Nullable ProducerId producer(ByteString bytes) {
    if (bytes.isEmpty()) {
      return null;
    }
    requireId("producer_id", bytes);
    return new ProducerId(
        bytes.asReadOnlyByteBuffer().getLong(0), bytes.asReadOnlyByteBuffer().getLong(8));
  }

  static ConsumerId consumer(ByteString bytes) {
    requireId("consumer_id", bytes);
    return new ConsumerId(
        bytes.asReadOnlyByteBuffer().getLong(0), bytes.asReadOnlyByteBuffer().getLong(8));
  }

  static int credit(int messages) {
    if (messages < 0) {
      throw Errors.invalid("credit", Integer.toUnsignedString(messages) + " is out of range");
    }
    return messages;
  }

  static List<dev.arpeggio.queue.OffsetRange> ranges(List<OffsetRange> ranges) {
    if (ranges.size() > MAX_RANGES) {
      throw Errors.invalid("ranges", ranges.size() + " are more than " + MAX_RANGES);
    }
    List<dev.arpeggio.queue.OffsetRange> result = new ArrayList<>(ranges.size());
    for (OffsetRange range : ranges) {
      if (range.getFirst() < 0
          || range.getCount() <= 0
          || range.getFirst() > Long.MAX_VALUE - range.getCount()) {
        throw Errors.invalid(
            "ranges",
            Long.toUnsignedString(range.getFirst())
                + " and the "
                + Long.toUnsignedString(range.getCount())
                + " from there on are not a range of offsets");
      }
      result.add(new dev.arpeggio.queue.OffsetRange(range.getFirst(), range.getCount()));
    }
    return result;
  }

  /** A time, whose bounds are for the partition to check. */
  static Duration millis(String field, long millis) {
    if (millis < 0 || millis > Integer.MAX_VALUE) {
      throw Errors.invalid(field, Long.toUnsignedString(millis) + " ms are out of range");
    }
    return Duration.ofMillis(millis);
  }

  private static void requireId(String field, ByteString bytes) {
    if (bytes.size() != ID_BYTES) {
      throw Errors.invalid(field, "has " + bytes.size() + " bytes and must have " + ID_BYTES);
    }
  }
}
