package dev.arpeggio.client;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.arpeggio.protocol.v1.CreateSubscriptionRequest;
import dev.arpeggio.protocol.v1.DeleteSubscriptionRequest;
import dev.arpeggio.protocol.v1.Messages;
import dev.arpeggio.protocol.v1.PeekRequest;
import dev.arpeggio.protocol.v1.PeekResponse;
import dev.arpeggio.protocol.v1.PurgeRequest;
import dev.arpeggio.protocol.v1.RedriveRequest;
import dev.arpeggio.protocol.v1.RedriveResponse;
import dev.arpeggio.protocol.v1.SeekRequest;
import dev.arpeggio.protocol.v1.SubscriptionsGrpc;
import java.time.Instant;
import java.util.Optional;

/** The administration of one partition as calls to nodes. Thread-safe. */
final class PartitionCalls implements PartitionAdmin {
  private final Inquiries inquiries;
  private final String topic;
  private final int partition;

  PartitionCalls(Inquiries inquiries, String topic, int partition) {
    this.inquiries = inquiries;
    this.topic = topic;
    this.partition = partition;
  }

  @Override
  public boolean createSubscription(String subscription, Position from) {
    return inquiries
        .ask(
            SubscriptionsGrpc.getCreateSubscriptionMethod(),
            CreateSubscriptionRequest.newBuilder()
                .setTopic(topic)
                .setPartition(partition)
                .setSubscription(named(subscription))
                .setFrom(encode(from))
                .build())
        .getCreated();
  }

  @Override
  public void deleteSubscription(String subscription) {
    inquiries.ask(
        SubscriptionsGrpc.getDeleteSubscriptionMethod(),
        DeleteSubscriptionRequest.newBuilder()
            .setTopic(topic)
            .setPartition(partition)
            .setSubscription(named(subscription))
            .build());
  }

  @Override
  public void seek(String subscription, Position to) {
    inquiries.ask(
        SubscriptionsGrpc.getSeekMethod(),
        SeekRequest.newBuilder()
            .setTopic(topic)
            .setPartition(partition)
            .setSubscription(named(subscription))
            .setTo(encode(to))
            .build());
  }

  @Override
  public void purge(String subscription) {
    purgeWhat(named(subscription));
  }

  @Override
  public void purge() {
    purgeWhat("");
  }

  private void purgeWhat(String subscription) {
    inquiries.ask(
        SubscriptionsGrpc.getPurgeMethod(),
        PurgeRequest.newBuilder()
            .setTopic(topic)
            .setPartition(partition)
            .setSubscription(subscription)
            .build());
  }

  @Override
  public Peeked peek(String subscription, Position from, int most) {
    return peekAt(named(subscription), from, most);
  }

  @Override
  public Peeked peekLog(Position from, int most) {
    return peekAt("", from, most);
  }

  private Peeked peekAt(String subscription, Position from, int most) {
    if (most < 1 || most > MAX_PEEK) {
      throw new IllegalArgumentException("not in 1 .. " + MAX_PEEK + ": " + most);
    }
    PeekResponse response =
        inquiries.ask(
            SubscriptionsGrpc.getPeekMethod(),
            PeekRequest.newBuilder()
                .setTopic(topic)
                .setPartition(partition)
                .setSubscription(subscription)
                .setFrom(encode(from))
                .setMaxMessages(most)
                .build());
    return new Peeked(
        response.getMessagesList().stream().map(this::decode).toList(), response.getNextOffset());
  }

  @Override
  public Redriven redrive(String subscription, Optional<String> target) {
    return redriveWhat(subscription, 0, 0, target);
  }

  @Override
  public Redriven redrive(
      String subscription, long firstOffset, long count, Optional<String> target) {
    if (firstOffset < 0 || count < 1) {
      throw new IllegalArgumentException("not offsets: " + count + " from " + firstOffset + " on");
    }
    return redriveWhat(subscription, firstOffset, count, target);
  }

  private Redriven redriveWhat(
      String subscription, long firstOffset, long count, Optional<String> target) {
    RedriveResponse response =
        inquiries.ask(
            SubscriptionsGrpc.getRedriveMethod(),
            RedriveRequest.newBuilder()
                .setTopic(topic)
                .setPartition(partition)
                .setSubscription(named(subscription))
                .setTarget(target.orElse(""))
                .setFirstOffset(firstOffset)
                .setCount(count)
                .build());
    return new Redriven(response.getMoved(), response.getSkipped(), response.getRefused());
  }

  // On the wire, no name would stand for all, or for the log.
  private static String named(String subscription) {
    if (subscription.isEmpty()) {
      throw new IllegalArgumentException("the subscription is empty");
    }
    return subscription;
  }

  private static dev.arpeggio.protocol.v1.Position encode(Position position) {
    dev.arpeggio.protocol.v1.Position.Builder encoded =
        dev.arpeggio.protocol.v1.Position.newBuilder();
    if (position instanceof Position.Latest) {
      encoded.setLatest(true);
    } else if (position instanceof Position.Offset at) {
      encoded.setOffset(at.offset());
    } else if (position instanceof Position.Time at) {
      encoded.setTimeMs(at.time().toEpochMilli());
    }
    return encoded.build();
  }

  private PeekedMessage decode(dev.arpeggio.protocol.v1.PeekedMessage peeked) {
    try {
      Message message =
          MessageCodec.decode(
                  Messages.newBuilder().addMessage(peeked.getMessage()).build().toByteString())
              .get(0);
      return new PeekedMessage(
          state(peeked.getState()),
          new ReceivedMessage(
              topic,
              partition,
              peeked.getOffset(),
              peeked.getRedeliveries(),
              Instant.ofEpochMilli(peeked.getPublishTimeMs()),
              message));
    } catch (InvalidProtocolBufferException e) {
      throw Failures.broken("a message cannot be decoded: " + e.getMessage());
    }
  }

  private static PeekedMessage.State state(dev.arpeggio.protocol.v1.PeekedMessage.State state) {
    return switch (state) {
      case STATE_UNSPECIFIED, UNRECOGNIZED -> PeekedMessage.State.UNKNOWN;
      case RETAINED -> PeekedMessage.State.RETAINED;
      case READY -> PeekedMessage.State.READY;
      case WAITING -> PeekedMessage.State.WAITING;
      case LEASED -> PeekedMessage.State.LEASED;
      case MOVING -> PeekedMessage.State.MOVING;
    };
  }
}
