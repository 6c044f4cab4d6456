package dev.arpeggio.client;

import com.google.common.collect.Lists;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.arpeggio.protocol.v1.Acknowledgement;
import dev.arpeggio.protocol.v1.ConsumeAttach;
import dev.arpeggio.protocol.v1.ConsumeRequest;
import dev.arpeggio.protocol.v1.ConsumeResponse;
import dev.arpeggio.protocol.v1.Credit;
import dev.arpeggio.protocol.v1.DeadlineMissed;
import dev.arpeggio.protocol.v1.Delivery;
import dev.arpeggio.protocol.v1.Extend;
import dev.arpeggio.protocol.v1.OffsetRange;
import dev.arpeggio.protocol.v1.QueueGrpc;
import dev.arpeggio.protocol.v1.Reject;
import dev.arpeggio.protocol.v1.Release;
import dev.arpeggio.protocol.v1.Retry;
import dev.arpeggio.protocol.v1.SubscriptionKind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Brings one partition's messages to its consumer, and acknowledgements, errands and credit to the
 * partition's owner. Confined to the event loop.
 *
 * <p>Credit: {@code granted} is what the owner may still deliver on the current stream. More is
 * granted only while it and what the consumer holds are together below the partition's share. A new
 * stream starts with the whole share, for its owner delivers first what the consumer holds already,
 * and that counts once.
 */
final class PartitionReader implements PartitionLink.User<ConsumeRequest, ConsumeResponse> {
  // Acknowledgements that an owner leaves unconfirmed may take up this many shares; then it gets no
  // more credit.
  private static final int MAX_UNCONFIRMED_SHARES = 8;
  private static final int MAX_ACKNOWLEDGEMENT_BATCH = 1_000;
  // In one request; a node refuses more than ten times as many.
  private static final int MAX_RANGES = 1_000;

  /** The state shared with the application, which the consumer guards; called on the loop. */
  interface Consuming {
    /** Most messages to hold of this partition, from now on. */
    int share();

    /** What to send next; it counts as sent. */
    Outgoing next();

    /** False if the consumer knows them all already. */
    boolean deliver(List<ReceivedMessage> messages);

    void confirmed(List<OffsetRanges.Range> ranges);

    /**
     * A new stream stands; nothing has been sent on it.
     *
     * @param otherTopic the topic of the stream before was deleted, and this is one of its name
     * @param partitionsThere how many the topic has, as far as its node knows
     */
    void attached(boolean otherTopic, int partitionsThere);

    void interrupted(ArpeggioException failure);

    void refused(ArpeggioException failure);
  }

  /**
   * A snapshot taken for sending.
   *
   * @param share most messages to hold of this partition
   * @param occupied messages that the consumer holds
   * @param unconfirmed acknowledgements not known to be durable, those to be sent included
   */
  record Outgoing(
      List<OffsetRanges.Range> acknowledgements,
      List<Errands.Errand> errands,
      int share,
      long occupied,
      long unconfirmed) {}

  private final String topic;
  private final int partition;
  private final String subscription;
  private final SubscriptionKind kind;
  private final ConsumerOptions options;
  private final ByteString consumerId;
  private final Consuming consuming;
  private final PartitionLink<ConsumeRequest, ConsumeResponse> link;
  private long granted;
  private long incarnation;
  private boolean everAttached;

  /**
   * @param options of the consumer
   */
  PartitionReader(
      PartitionLink.Environment environment,
      String topic,
      int partition,
      ConsumerOptions options,
      ByteString consumerId,
      Consuming consuming) {
    this.topic = topic;
    this.partition = partition;
    this.subscription = options.subscription();
    this.kind = encode(options.kind());
    this.options = options;
    this.consumerId = consumerId;
    this.consuming = consuming;
    this.link =
        new PartitionLink<>(environment, topic, partition, QueueGrpc.getConsumeMethod(), this);
  }

  private static SubscriptionKind encode(Optional<dev.arpeggio.client.SubscriptionKind> kind) {
    return kind.map(wanted -> SubscriptionKind.valueOf(wanted.name()))
        .orElse(SubscriptionKind.SUBSCRIPTION_KIND_UNSPECIFIED);
  }

  /** How many acknowledgements are worth a message of their own while others are on their way. */
  static int acknowledgementBatch(int share) {
    return Math.max(1, Math.min(MAX_ACKNOWLEDGEMENT_BATCH, share / 4));
  }

  void open() {
    link.open();
  }

  void close() {
    link.close();
  }

  /** Sends what is to be sent now. */
  void pump() {
    if (!link.isAttached()) {
      return;
    }
    Outgoing next = consuming.next();
    for (List<OffsetRange> ranges : encode(next.acknowledgements())) {
      link.send(
          ConsumeRequest.newBuilder()
              .setAcknowledgement(Acknowledgement.newBuilder().addAllRanges(ranges))
              .build());
    }
    for (Errands.Errand errand : next.errands()) {
      for (List<OffsetRange> ranges : encode(errand.ranges())) {
        link.send(request(errand, ranges));
      }
    }
    int share = next.share();
    long free = share - next.occupied() - granted;
    // In few large steps, unless the owner can deliver nothing at all.
    if (free > 0
        && (granted == 0 || free >= share / 4)
        && next.unconfirmed() <= (long) MAX_UNCONFIRMED_SHARES * share) {
      link.send(
          ConsumeRequest.newBuilder()
              .setCredit(Credit.newBuilder().setMessages(Math.toIntExact(free)))
              .build());
      granted += free;
    }
  }

  private static ConsumeRequest request(Errands.Errand errand, List<OffsetRange> ranges) {
    ConsumeRequest.Builder request = ConsumeRequest.newBuilder();
    if (errand instanceof Errands.Release) {
      request.setRelease(Release.newBuilder().addAllRanges(ranges));
    } else if (errand instanceof Errands.Retry retry) {
      Retry.Builder encoded = Retry.newBuilder().addAllRanges(ranges);
      retry.delay().ifPresent(delay -> encoded.setDelayMs(delay.toMillis()));
      request.setRetry(encoded);
    } else if (errand instanceof Errands.Reject reject) {
      request.setReject(Reject.newBuilder().addAllRanges(ranges).setReason(reject.reason()));
    } else if (errand instanceof Errands.Extend extend) {
      request.setExtend(
          Extend.newBuilder().addAllRanges(ranges).setDurationMs(extend.time().toMillis()));
    }
    return request.build();
  }

  @Override
  public ConsumeRequest attachRequest() {
    int share = consuming.share();
    granted = share;
    return ConsumeRequest.newBuilder()
        .setAttach(
            ConsumeAttach.newBuilder()
                .setTopic(topic)
                .setPartition(partition)
                .setSubscription(subscription)
                .setKind(kind)
                .setConsumerId(consumerId)
                .setCredit(share)
                .setRequested(QosFields.encode(options.qos()))
                .setDeadlineEvents(options.onMissedDeadline().isPresent()))
        .build();
  }

  @Override
  public boolean isAttached(ConsumeResponse response) {
    return response.hasAttached();
  }

  @Override
  public void attached(ConsumeResponse response) {
    long attachedTo = response.getAttached().getIncarnation();
    boolean otherTopic = everAttached && attachedTo != incarnation;
    everAttached = true;
    incarnation = attachedTo;
    consuming.attached(otherTopic, response.getAttached().getPartitions());
    pump();
  }

  @Override
  public void received(ConsumeResponse response) {
    switch (response.getResponseCase()) {
      case DELIVERY -> deliver(response.getDelivery());
      case ACKNOWLEDGED -> {
        link.progressed();
        consuming.confirmed(decode(response.getAcknowledged().getRangesList()));
        pump();
      }
      case DEADLINE_MISSED -> missed(response.getDeadlineMissed());
      case ATTACHED, RESPONSE_NOT_SET ->
          link.abandon(
              Failures.broken("unexpected on an attached stream: " + response.getResponseCase()));
    }
  }

  private void missed(DeadlineMissed deadline) {
    Optional<ByteString> key =
        deadline.hasKey() ? Optional.of(deadline.getKey()) : Optional.empty();
    options
        .onMissedDeadline()
        .ifPresent(
            listener ->
                listener.accept(new MissedDeadline(topic, partition, key, deadline.getMissed())));
  }

  @Override
  public void interrupted(ArpeggioException failure) {
    consuming.interrupted(failure);
  }

  @Override
  public void refused(ArpeggioException failure) {
    consuming.refused(failure);
  }

  @Override
  public boolean wantsStream() {
    return true;
  }

  private void deliver(Delivery delivery) {
    List<Message> messages;
    try {
      messages = MessageCodec.decode(delivery.getMessages());
    } catch (InvalidProtocolBufferException e) {
      link.abandon(Failures.broken("a delivery cannot be decoded: " + e.getMessage()));
      return;
    }
    if (messages.size() != delivery.getCount()) {
      link.abandon(
          Failures.broken(
              "a delivery of " + delivery.getCount() + " holds " + messages.size() + " messages"));
      return;
    }
    granted = Math.max(0, granted - messages.size());
    Instant published = Instant.ofEpochMilli(delivery.getPublishTimeMs());
    List<ReceivedMessage> received = new ArrayList<>(messages.size());
    for (int i = 0; i < messages.size(); i++) {
      received.add(
          new ReceivedMessage(
              topic,
              partition,
              delivery.getFirstOffset() + i,
              delivery.getRedeliveries(),
              published,
              messages.get(i)));
    }
    // An owner that only repeats itself may be one that cannot write, and is not to be asked in
    // quick succession.
    if (consuming.deliver(received)) {
      link.progressed();
    }
    pump();
  }

  /** One list for each request. */
  private static List<List<OffsetRange>> encode(List<OffsetRanges.Range> ranges) {
    List<OffsetRange> encoded =
        ranges.stream()
            .map(
                range ->
                    OffsetRange.newBuilder()
                        .setFirst(range.first())
                        .setCount(range.count())
                        .build())
            .toList();
    return Lists.partition(encoded, MAX_RANGES);
  }

  private static List<OffsetRanges.Range> decode(List<OffsetRange> ranges) {
    return ranges.stream()
        .filter(range -> range.getCount() > 0)
        .map(range -> new OffsetRanges.Range(range.getFirst(), range.getFirst() + range.getCount()))
        .toList();
  }
}
