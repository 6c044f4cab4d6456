package dev.arpeggio.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.arpeggio.protocol.v1.PublishAttach;
import dev.arpeggio.protocol.v1.PublishAttached;
import dev.arpeggio.protocol.v1.PublishConfirmation;
import dev.arpeggio.protocol.v1.PublishRequest;
import dev.arpeggio.protocol.v1.PublishResponse;
import dev.arpeggio.protocol.v1.PublishTaken;
import dev.arpeggio.protocol.v1.Qos;
import dev.arpeggio.protocol.v1.SequenceRange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** What a pipeline offers and how it stays alive, in virtual time. */
class PartitionPipelineTest {
  private static final Duration LEASE = Duration.ofSeconds(8);
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private final VirtualLoop loop = new VirtualLoop();
  private final PlayedNetwork network = new PlayedNetwork();
  private final AnyNode anyNode = new AnyNode(network, List.of("seed:1"));
  private final PartitionBuffer buffer = new PartitionBuffer(0, 40);
  private long dropped;
  private int doubts;

  private PartitionPipeline pipeline(ProducerOptions options) {
    return new PartitionPipeline(
        new PartitionLink.Environment(
            loop,
            network,
            new Router(anyNode, TIMEOUT),
            new SilenceWatch(loop, network, anyNode),
            new SplittableRandom(1),
            TIMEOUT),
        "t",
        0,
        1,
        ByteString.copyFromUtf8("0123456789abcdef"),
        4,
        options,
        new PartitionPipeline.Source() {
          @Override
          public void take(Queue<Batch> unconfirmed, int most) {
            buffer.take(unconfirmed, most);
          }

          @Override
          public void drain(Queue<Batch> target) {
            buffer.drain(target);
          }

          @Override
          public void release(long charge) {}

          @Override
          public void dropped(long messages) {
            dropped += messages;
          }

          @Override
          public void doubted() {
            doubts++;
          }
        });
  }

  private List<CompletableFuture<Confirmation>> add(String... bodies) {
    List<CompletableFuture<Confirmation>> futures = new ArrayList<>();
    for (String body : bodies) {
      Message message = Message.of(body);
      CompletableFuture<Confirmation> future = new CompletableFuture<>();
      buffer.add(
          message,
          MessageCodec.size(message),
          future,
          loop.nowNanos() + Duration.ofHours(1).toNanos());
      futures.add(future);
    }
    return futures;
  }

  private void connect(PartitionPipeline pipeline, Duration lease) {
    pipeline.pump();
    loop.runUntil(network::pendingLocate);
    network.locate("owner:1");
    attach(lease);
  }

  private void attach(Duration lease) {
    network
        .lastStream()
        .received(
            PublishResponse.newBuilder()
                .setAttached(PublishAttached.newBuilder().setLeaseMs(lease.toMillis()))
                .build());
  }

  private List<PublishRequest> sent() {
    return network.sent.stream().map(PublishRequest.class::cast).toList();
  }

  private long signs() {
    return sent().stream().filter(PublishRequest::hasSign).count();
  }

  private static Reason failure(CompletableFuture<Confirmation> future) {
    CompletionException failed = assertThrows(CompletionException.class, future::join);
    ArpeggioException cause = assertInstanceOf(ArpeggioException.class, failed.getCause());
    assertFalse(cause.reason() == Reason.NOT_HEARD && cause.isRetryable());
    return cause.reason();
  }

  @Test
  void whatIsOfferedIsSaidAtTheAttach() {
    add("a");
    connect(
        pipeline(
            ProducerOptions.defaults()
                .withOwnership(Ownership.EXCLUSIVE)
                .withStrength(7)
                .withLease(LEASE)
                .withDeadline(Duration.ofSeconds(1))),
        LEASE);
    PublishAttach attach = sent().get(0).getAttach();
    assertEquals(7, attach.getStrength());
    assertEquals(
        Qos.newBuilder()
            .setOwnership(Qos.Ownership.EXCLUSIVE)
            .setReliability(Qos.Reliability.RELIABLE)
            .setDeadlineMs(1_000)
            .setLeaseMs(8_000)
            .build(),
        attach.getOffered());
  }

  @Test
  void signsAreGivenAsLongAsTheOwnerAsksForThem() {
    add("a");
    PartitionPipeline pipeline = pipeline(ProducerOptions.defaults());
    connect(pipeline, LEASE);
    loop.advance(LEASE.plusMillis(1));
    assertEquals(4, signs());

    pipeline.close(Failures.closed("producer"));
    loop.advance(LEASE);
    assertEquals(4, signs());
  }

  @Test
  void withoutALeaseThereAreNoSigns() {
    add("a");
    connect(pipeline(ProducerOptions.defaults()), Duration.ZERO);
    loop.advance(LEASE.multipliedBy(10));
    assertEquals(0, signs());
  }

  @Test
  void aProducerThatIsIdleComesBackToItsOwner() {
    List<CompletableFuture<Confirmation>> futures = add("a");
    connect(pipeline(ProducerOptions.defaults()), LEASE);
    network.lastStream().received(confirmation(1, OptionalLong.of(0)));
    assertTrue(futures.get(0).isDone());
    network.lastStream().ended(new ArpeggioException(Reason.UNREACHABLE, "lost"));
    loop.runUntil(network::pendingLocate);
    network.locate("owner:2");
    assertEquals(List.of("owner:1", "owner:2"), network.opened);
  }

  @Test
  void aChangedStrengthIsToldAtOnceAndAtTheNextAttach() {
    add("a");
    PartitionPipeline pipeline = pipeline(ProducerOptions.defaults().withStrength(1));
    connect(pipeline, LEASE);
    pipeline.changeStrength(9);
    assertEquals(9, sent().get(sent().size() - 1).getSign().getStrength());

    network.lastStream().ended(new ArpeggioException(Reason.UNREACHABLE, "lost"));
    loop.runUntil(network::pendingLocate);
    network.locate("owner:1");
    assertEquals(9, sent().get(sent().size() - 1).getAttach().getStrength());
  }

  private static PublishResponse confirmation(
      long lastSequence, OptionalLong offset, SequenceRange... notHeard) {
    PublishConfirmation.Builder confirmation =
        PublishConfirmation.newBuilder()
            .setLastSequence(lastSequence)
            .addAllNotHeard(List.of(notHeard));
    offset.ifPresent(confirmation::setLastOffset);
    return PublishResponse.newBuilder().setConfirmation(confirmation).build();
  }

  private static SequenceRange sequences(long first, long count) {
    return SequenceRange.newBuilder().setFirst(first).setCount(count).build();
  }

  @Test
  void messagesThatWereNotHeardFailAndTheOthersKnowTheirPlaces() {
    List<CompletableFuture<Confirmation>> futures = add("a", "b", "c", "d", "e");
    connect(pipeline(ProducerOptions.defaults()), LEASE);
    network
        .lastStream()
        .received(confirmation(5, OptionalLong.of(11), sequences(1, 1), sequences(3, 2)));

    assertEquals(Reason.NOT_HEARD, failure(futures.get(0)));
    assertEquals(OptionalLong.of(10), futures.get(1).join().offset());
    assertEquals(Reason.NOT_HEARD, failure(futures.get(2)));
    assertEquals(Reason.NOT_HEARD, failure(futures.get(3)));
    assertEquals(OptionalLong.of(11), futures.get(4).join().offset());
  }

  private static PublishResponse taken(long lastSequence, long dropped) {
    return PublishResponse.newBuilder()
        .setTaken(PublishTaken.newBuilder().setLastSequence(lastSequence).setDropped(dropped))
        .build();
  }

  @Test
  void bestEffortSendsNothingTwiceAndCountsWhatIsDropped() {
    PartitionPipeline pipeline =
        pipeline(ProducerOptions.defaults().withReliability(Reliability.BEST_EFFORT));
    List<CompletableFuture<Confirmation>> futures = new ArrayList<>(add("a"));
    connect(pipeline, Duration.ZERO);
    network.lastStream().received(taken(1, 0));
    assertEquals(OptionalLong.empty(), futures.get(0).join().offset());
    network.lastStream().received(taken(1, 1));
    assertEquals(1, dropped);

    futures.addAll(add("b", "c"));
    pipeline.pump();
    network.lastStream().ended(new ArpeggioException(Reason.UNREACHABLE, "lost"));
    assertEquals(Reason.DROPPED, failure(futures.get(1)));
    assertEquals(Reason.DROPPED, failure(futures.get(2)));
    assertEquals(3, dropped);

    // The next stream counts anew.
    futures.addAll(add("d"));
    connect(pipeline, Duration.ZERO);
    network.lastStream().received(taken(4, 1));
    assertTrue(futures.get(3).isDone());
    assertEquals(4, dropped);
    assertEquals(
        List.of(1L, 2L, 4L),
        sent().stream()
            .filter(PublishRequest::hasBatch)
            .map(request -> request.getBatch().getFirstSequence())
            .toList());
  }

  // --- Topics that get more partitions.

  private void attachTo(int partitions) {
    network
        .lastStream()
        .received(
            PublishResponse.newBuilder()
                .setAttached(PublishAttached.newBuilder().setPartitions(partitions))
                .build());
  }

  private void loseStream(ArpeggioException failure) {
    network.lastStream().ended(failure);
    loop.runUntil(network::pendingLocate);
    network.locate("owner:1");
  }

  private static ArpeggioException changed(Map<String, String> details) {
    return new ArpeggioException(Reason.PARTITIONS_CHANGED, "changed", details, null);
  }

  private List<Long> sequencesSent() {
    return sent().stream()
        .filter(PublishRequest::hasBatch)
        .map(request -> request.getBatch().getFirstSequence())
        .toList();
  }

  /** Three batches of which the first two are on their way, and whose stream broke then. */
  private List<CompletableFuture<Confirmation>> interrupted(PartitionPipeline pipeline) {
    String large = "x".repeat(40);
    List<CompletableFuture<Confirmation>> futures = new ArrayList<>(add(large, large));
    pipeline.pump();
    loop.runUntil(network::pendingLocate);
    network.locate("owner:1");
    attachTo(1);
    futures.addAll(add(large));
    loseStream(new ArpeggioException(Reason.UNREACHABLE, "lost"));
    assertEquals(List.of(1L, 2L), sequencesSent());
    return futures;
  }

  @Test
  void anOwnerThatKnowsOfMorePartitionsGetsRepeatsOnly() {
    PartitionPipeline pipeline = pipeline(ProducerOptions.defaults());
    List<CompletableFuture<Confirmation>> futures = interrupted(pipeline);
    assertEquals(1, sent().get(0).getAttach().getPartitions());
    attachTo(3);
    pipeline.pump();
    assertEquals(List.of(1L, 2L, 1L, 2L), sequencesSent());
    assertEquals(1, doubts);

    network.lastStream().received(confirmation(1, OptionalLong.of(5)));
    assertEquals(OptionalLong.of(5), futures.get(0).join().offset());
    network.lastStream().received(confirmation(2, OptionalLong.of(6)));
    // There is nothing left to say to it.
    assertEquals(1, network.cancelled);
    assertFalse(futures.get(2).isDone());
    assertEquals(List.of(1L, 2L, 1L, 2L), sequencesSent());
  }

  @Test
  void whatSuchAnOwnerRefusesIsNotStoredAndCanGoElsewhere() {
    PartitionPipeline pipeline = pipeline(ProducerOptions.defaults());
    List<CompletableFuture<Confirmation>> futures = interrupted(pipeline);
    attachTo(3);
    int[] settled = {0};
    pipeline.settle(() -> settled[0]++);
    network.lastStream().received(confirmation(1, OptionalLong.of(5)));
    assertEquals(0, settled[0]);
    network.lastStream().ended(changed(Map.of("partitions", "3")));
    assertEquals(1, settled[0]);

    List<Batch> back = pipeline.takeBack();
    assertEquals(List.of(2L, 3L), back.stream().map(Batch::lastSequence).toList());
    List<Unrouted> messages = back.get(0).dissolve();
    assertEquals(1, messages.size());
    assertEquals(MessageCodec.framedSize(messages.get(0).size()), messages.get(0).framed().size());
    assertFalse(back.get(0).done().isDone());
    assertTrue(futures.get(1).complete(new Confirmation(2, OptionalLong.empty())));
    assertTrue(back.get(0).done().isDone());
    assertTrue(futures.get(0).isDone());
  }

  @Test
  void anOwnerThatLostThePartitionSaysNothingAboutWhatIsStored() {
    PartitionPipeline pipeline = pipeline(ProducerOptions.defaults());
    interrupted(pipeline);
    attachTo(3);
    int[] settled = {0};
    pipeline.settle(() -> settled[0]++);
    loseStream(changed(Map.of()));
    assertEquals(0, settled[0]);
    // Nor does one that has heard of no other number.
    attachTo(1);
    loseStream(changed(Map.of("partitions", "3")));
    assertEquals(0, settled[0]);
    assertThrows(IllegalStateException.class, pipeline::takeBack);

    attachTo(3);
    network.lastStream().ended(changed(Map.of("partitions", "3")));
    assertEquals(1, settled[0]);
    assertEquals(3, pipeline.takeBack().size());
  }

  @Test
  void whoSettlesSendsNothingNewUntilItIsRegrouped() {
    PartitionPipeline pipeline = pipeline(ProducerOptions.defaults());
    interrupted(pipeline);
    attachTo(1);
    int[] settled = {0};
    assertEquals(List.of(1L, 2L, 1L, 2L, 3L), sequencesSent());
    network.lastStream().received(confirmation(2, OptionalLong.of(6)));
    pipeline.settle(() -> settled[0]++);
    add("y".repeat(40));
    pipeline.pump();
    assertEquals(List.of(1L, 2L, 1L, 2L, 3L), sequencesSent());
    network.lastStream().received(confirmation(3, OptionalLong.of(7)));
    assertEquals(1, settled[0]);
    // Other partitions may take longer.
    pipeline.pump();
    loseStream(new ArpeggioException(Reason.UNREACHABLE, "lost"));
    attachTo(1);
    assertEquals(List.of(1L, 2L, 1L, 2L, 3L), sequencesSent());

    assertEquals(1, pipeline.takeBack().size());
    pipeline.regroup(3);
    add("z".repeat(40));
    pipeline.pump();
    assertEquals(3, sent().get(sent().size() - 1).getAttach().getPartitions());
    attachTo(3);
    assertEquals(List.of(1L, 2L, 1L, 2L, 3L, 5L), sequencesSent());
  }
}
