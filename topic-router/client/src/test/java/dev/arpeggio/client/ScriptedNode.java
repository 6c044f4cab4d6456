package dev.arpeggio.client;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import dev.arpeggio.protocol.v1.Acknowledgement;
import dev.arpeggio.protocol.v1.ConsumeAttach;
import dev.arpeggio.protocol.v1.ConsumeAttached;
import dev.arpeggio.protocol.v1.ConsumeRequest;
import dev.arpeggio.protocol.v1.ConsumeResponse;
import dev.arpeggio.protocol.v1.Delivery;
import dev.arpeggio.protocol.v1.ErrorReason;
import dev.arpeggio.protocol.v1.LocateTopicRequest;
import dev.arpeggio.protocol.v1.LocateTopicResponse;
import dev.arpeggio.protocol.v1.Messages;
import dev.arpeggio.protocol.v1.OffsetRange;
import dev.arpeggio.protocol.v1.PartitionLocation;
import dev.arpeggio.protocol.v1.PublishAttach;
import dev.arpeggio.protocol.v1.PublishAttached;
import dev.arpeggio.protocol.v1.PublishBatch;
import dev.arpeggio.protocol.v1.PublishConfirmation;
import dev.arpeggio.protocol.v1.PublishRequest;
import dev.arpeggio.protocol.v1.PublishResponse;
import dev.arpeggio.protocol.v1.QueueGrpc;
import dev.arpeggio.protocol.v1.TopicsGrpc;
import io.grpc.Server;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullUnmarked;

/**
 * A node over a real socket that follows the protocol, writes down what it is asked, and misbehaves
 * when told to. Guarded by the cluster's monitor.
 */
@NullUnmarked
final class ScriptedNode {
  /** What a node does with batches, or with acknowledgements. */
  enum Behaviour {
    /** Stores and confirms. */
    CONFIRM,
    /** Stores, and confirms when told to confirm again. */
    CONFIRM_LATER,
    /** Stores and never says so on this stream. */
    STORE_SILENTLY,
    /** Neither: as if the connection had lost it. */
    LOSE
  }

  /** A batch as it arrived; `stream` counts this node's publish streams from 1. */
  record ReceivedBatch(
      int stream, ByteString producerId, int partition, long firstSequence, Messages messages) {
    List<String> bodies() {
      return messages.getMessageList().stream()
          .map(message -> message.getBody().toStringUtf8())
          .toList();
    }

    long lastSequence() {
      return firstSequence + messages.getMessageCount() - 1;
    }
  }

  private static final int DELIVERY_BATCH = 3;

  private final ScriptedCluster cluster;
  private final List<PublishStream> publishStreams = new ArrayList<>();
  private final List<ConsumeStream> consumeStreams = new ArrayList<>();
  private final Deque<StatusRuntimeException> batchRefusals = new ArrayDeque<>();
  private final Deque<StatusRuntimeException> attachRefusals = new ArrayDeque<>();
  private final Deque<StatusRuntimeException> locateRefusals = new ArrayDeque<>();
  private String refusedBody;
  private ErrorReason refusedBodyReason;
  private int attachesToIgnore;
  private Server server;
  private int port;

  volatile Behaviour publishing = Behaviour.CONFIRM;
  volatile Behaviour acknowledging = Behaviour.CONFIRM;
  final List<ReceivedBatch> batches = new ArrayList<>();
  final List<OffsetRange> acknowledgements = new ArrayList<>();
  final List<OffsetRange> releases = new ArrayList<>();
  // Retries, rejections and extensions.
  final List<ConsumeRequest> errands = new ArrayList<>();
  int publishAttaches;
  int consumeAttaches;
  int locates;
  int delivered;
  int mostRanges;

  ScriptedNode(ScriptedCluster cluster) {
    this.cluster = cluster;
  }

  /** Starts; after a stop, on the same port. */
  ScriptedNode start() {
    try {
      server =
          NettyServerBuilder.forAddress(new InetSocketAddress("localhost", port))
              .addService(new Topics())
              .addService(new Queue())
              .build()
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    port = server.getPort();
    return this;
  }

  String address() {
    return "localhost:" + port;
  }

  /** Dies: connections are reset, streams forgotten. */
  void stop() {
    synchronized (cluster) {
      publishStreams.clear();
      List.copyOf(consumeStreams).forEach(ConsumeStream::forget);
    }
    server.shutdownNow();
    try {
      server.awaitTermination();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Ends all streams with a failure, and goes on serving as it did. */
  void cutStreams() {
    cutStreamsAnd(() -> {});
  }

  /** Moves a subscription back to the beginning, as a seek does. */
  void moveToTheBeginning(String topic) {
    synchronized (cluster) {
      cluster.log(topic, 0).acknowledged("default").clear();
      StatusRuntimeException moved =
          error(ErrorReason.SUBSCRIPTION_MOVED, Map.of("subscription", "default"));
      List.copyOf(consumeStreams).forEach(stream -> stream.end(moved));
    }
  }

  /** Ends all streams with a failure, and changes its ways before any of them can come back. */
  void cutStreamsAnd(Runnable change) {
    synchronized (cluster) {
      change.run();
      StatusRuntimeException failure = io.grpc.Status.UNAVAILABLE.asRuntimeException();
      List.copyOf(publishStreams).forEach(stream -> stream.end(failure));
      List.copyOf(consumeStreams).forEach(stream -> stream.end(failure));
    }
  }

  ScriptedNode refuseNextBatch(ErrorReason reason, Map<String, String> metadata) {
    synchronized (cluster) {
      batchRefusals.add(error(reason, metadata));
    }
    return this;
  }

  ScriptedNode refuseNextAttach(ErrorReason reason, Map<String, String> metadata) {
    synchronized (cluster) {
      attachRefusals.add(error(reason, metadata));
    }
    return this;
  }

  /** Refuses every batch with such a message; from the first time on, confirms what it stores. */
  void refuseBatchesWith(String body, ErrorReason reason) {
    synchronized (cluster) {
      refusedBody = body;
      refusedBodyReason = reason;
    }
  }

  /** Accepts a stream, and never answers it. */
  void ignoreNextAttach() {
    synchronized (cluster) {
      attachesToIgnore++;
    }
  }

  ScriptedNode refuseNextLocate(ErrorReason reason) {
    synchronized (cluster) {
      locateRefusals.add(error(reason, Map.of()));
    }
    return this;
  }

  /** Behaves from now on, and confirms what it stored and held back. */
  void confirmAgain() {
    synchronized (cluster) {
      publishing = Behaviour.CONFIRM;
      acknowledging = Behaviour.CONFIRM;
      publishStreams.forEach(PublishStream::confirmHeld);
      consumeStreams.forEach(ConsumeStream::confirmHeld);
    }
  }

  /** The leases of every consumer run out. */
  void expireLeases() {
    synchronized (cluster) {
      consumeStreams.forEach(stream -> stream.leases().clear());
      deliverAll();
    }
  }

  void deliverAll() {
    synchronized (cluster) {
      consumeStreams.forEach(ConsumeStream::deliver);
    }
  }

  static StatusRuntimeException error(ErrorReason reason, Map<String, String> metadata) {
    ErrorInfo info =
        ErrorInfo.newBuilder()
            .setDomain("arpeggio.dev")
            .setReason(reason.name())
            .putAllMetadata(metadata)
            .build();
    return StatusProto.toStatusRuntimeException(
        com.google.rpc.Status.newBuilder()
            .setCode(Code.FAILED_PRECONDITION_VALUE)
            .setMessage("scripted " + reason)
            .addDetails(Any.pack(info))
            .build());
  }

  /** The log, if this node may serve it. */
  private ScriptedCluster.Log own(String topic, int partition) {
    ScriptedCluster.Topic found = cluster.topics.get(topic);
    if (found == null) {
      throw error(ErrorReason.TOPIC_NOT_FOUND, Map.of("topic", topic));
    }
    ScriptedCluster.Log log = found.partitions().get(partition);
    if (log.owner != this) {
      throw error(
          ErrorReason.NOT_OWNER,
          Map.of("topic", topic, "partition", "" + partition, "owner", log.owner.address()));
    }
    return log;
  }

  private final class Topics extends TopicsGrpc.TopicsImplBase {
    @Override
    public void locateTopic(
        LocateTopicRequest request, StreamObserver<LocateTopicResponse> observer) {
      synchronized (cluster) {
        locates++;
        cluster.notifyAll();
        StatusRuntimeException refusal = locateRefusals.poll();
        ScriptedCluster.Topic topic = cluster.topics.get(request.getTopic());
        if (refusal == null && topic == null) {
          refusal = error(ErrorReason.TOPIC_NOT_FOUND, Map.of("topic", request.getTopic()));
        }
        if (refusal != null) {
          observer.onError(refusal);
          return;
        }
        LocateTopicResponse.Builder response =
            LocateTopicResponse.newBuilder().setConfig(topic.config());
        for (int i = 0; i < topic.partitions().size(); i++) {
          response.addPartitions(
              PartitionLocation.newBuilder()
                  .setPartition(i)
                  .setOwner(topic.partitions().get(i).owner.address()));
        }
        observer.onNext(response.build());
        observer.onCompleted();
      }
    }
  }

  private final class Queue extends QueueGrpc.QueueImplBase {
    @Override
    public StreamObserver<PublishRequest> publish(StreamObserver<PublishResponse> responses) {
      return new PublishStream(responses);
    }

    @Override
    public StreamObserver<ConsumeRequest> consume(StreamObserver<ConsumeResponse> responses) {
      return new ConsumeStream(responses);
    }
  }

  private final class PublishStream implements StreamObserver<PublishRequest> {
    private final StreamObserver<PublishResponse> responses;
    private final List<PublishConfirmation> held = new ArrayList<>();
    private PublishAttach attach;
    private ScriptedCluster.Log log;
    private int number;
    private boolean ended;

    PublishStream(StreamObserver<PublishResponse> responses) {
      this.responses = responses;
    }

    @Override
    public void onNext(PublishRequest request) {
      synchronized (cluster) {
        if (ended) {
          return;
        }
        try {
          if (request.hasAttach()) {
            attach(request.getAttach());
          } else {
            batch(request.getBatch());
          }
        } catch (StatusRuntimeException refusal) {
          end(refusal);
        } catch (InvalidProtocolBufferException e) {
          throw new AssertionError(e);
        }
        cluster.notifyAll();
      }
    }

    private void attach(PublishAttach request) {
      publishAttaches++;
      number = publishAttaches;
      if (attachesToIgnore > 0) {
        attachesToIgnore--;
        ended = true;
        return;
      }
      StatusRuntimeException refusal = attachRefusals.poll();
      if (refusal != null) {
        throw refusal;
      }
      attach = request;
      log = own(request.getTopic(), request.getPartition());
      publishStreams.add(this);
      responses.onNext(
          PublishResponse.newBuilder()
              .setAttached(
                  PublishAttached.newBuilder()
                      .setEpoch(1)
                      .setMaxMessageBytes(1_000)
                      .setMaxBatchBytes(300_000))
              .build());
    }

    private void batch(PublishBatch batch) throws InvalidProtocolBufferException {
      Messages messages = Messages.parseFrom(batch.getMessages());
      if (messages.getMessageCount() != batch.getCount()) {
        throw new AssertionError("count does not fit: " + batch);
      }
      ReceivedBatch received =
          new ReceivedBatch(
              number,
              attach.getProducerId(),
              attach.getPartition(),
              batch.getFirstSequence(),
              messages);
      batches.add(received);
      StatusRuntimeException refusal = batchRefusals.poll();
      if (refusal != null) {
        throw refusal;
      }
      if (refusedBody != null && received.bodies().contains(refusedBody)) {
        publishing = Behaviour.CONFIRM;
        throw error(refusedBodyReason, Map.of());
      }
      if (publishing == Behaviour.LOSE) {
        return;
      }
      own(attach.getTopic(), attach.getPartition());
      ByteString producer = attach.getProducerId();
      long last = log.lastSequence.getOrDefault(producer, 0L);
      if (received.lastSequence() > last) {
        if (received.firstSequence() <= last) {
          throw error(ErrorReason.OUT_OF_SEQUENCE, Map.of());
        }
        ScriptedCluster.appendAll(log, messages);
        log.lastSequence.put(producer, received.lastSequence());
        log.lastOffset.put(producer, log.messages.size() - 1L);
        cluster.nodes.forEach(ScriptedNode::deliverAll);
      }
      PublishConfirmation.Builder confirmation =
          PublishConfirmation.newBuilder().setLastSequence(received.lastSequence());
      if (log.lastSequence.get(producer) == received.lastSequence()) {
        confirmation.setLastOffset(log.lastOffset.get(producer));
      }
      switch (publishing) {
        case CONFIRM -> confirm(confirmation.build());
        case CONFIRM_LATER -> held.add(confirmation.build());
        default -> {}
      }
    }

    void confirmHeld() {
      held.forEach(this::confirm);
      held.clear();
    }

    private void confirm(PublishConfirmation confirmation) {
      responses.onNext(PublishResponse.newBuilder().setConfirmation(confirmation).build());
    }

    void end(StatusRuntimeException failure) {
      ended = true;
      publishStreams.remove(this);
      responses.onError(failure);
    }

    @Override
    public void onError(Throwable error) {
      synchronized (cluster) {
        publishStreams.remove(this);
        cluster.notifyAll();
      }
    }

    @Override
    public void onCompleted() {
      synchronized (cluster) {
        publishStreams.remove(this);
        if (!ended) {
          responses.onCompleted();
        }
        cluster.notifyAll();
      }
    }
  }

  private final class ConsumeStream implements StreamObserver<ConsumeRequest> {
    private final StreamObserver<ConsumeResponse> responses;
    private final List<Acknowledgement> held = new ArrayList<>();
    private ConsumeAttach attach;
    private ScriptedCluster.Log log;
    private long credit;
    private boolean ended;

    ConsumeStream(StreamObserver<ConsumeResponse> responses) {
      this.responses = responses;
    }

    @Override
    public void onNext(ConsumeRequest request) {
      synchronized (cluster) {
        if (ended) {
          return;
        }
        try {
          switch (request.getRequestCase()) {
            case ATTACH -> attach(request.getAttach());
            case CREDIT -> credit += request.getCredit().getMessages();
            case ACKNOWLEDGEMENT -> acknowledge(request.getAcknowledgement());
            case RELEASE -> release(request.getRelease().getRangesList());
            case RETRY -> giveBack(request, request.getRetry().getRangesList());
            case REJECT -> giveBack(request, request.getReject().getRangesList());
            case EXTEND -> errands.add(request);
            case REQUEST_NOT_SET -> throw new AssertionError("empty request");
          }
          deliver();
        } catch (StatusRuntimeException refusal) {
          end(refusal);
        }
        cluster.notifyAll();
      }
    }

    private void attach(ConsumeAttach request) {
      consumeAttaches++;
      StatusRuntimeException refusal = attachRefusals.poll();
      if (refusal != null) {
        throw refusal;
      }
      attach = request;
      log = own(request.getTopic(), request.getPartition());
      credit = request.getCredit();
      consumeStreams.add(this);
      responses.onNext(
          ConsumeResponse.newBuilder()
              .setAttached(ConsumeAttached.newBuilder().setEpoch(1).setLeaseMs(30_000))
              .build());
    }

    Map<Long, Object> leases() {
      return log.leases(attach.getSubscription());
    }

    private void acknowledge(Acknowledgement acknowledgement) {
      acknowledgements.addAll(acknowledgement.getRangesList());
      mostRanges = Math.max(mostRanges, acknowledgement.getRangesCount());
      if (acknowledging == Behaviour.LOSE) {
        return;
      }
      own(attach.getTopic(), attach.getPartition());
      for (OffsetRange range : acknowledgement.getRangesList()) {
        for (long i = 0; i < range.getCount(); i++) {
          log.acknowledged(attach.getSubscription()).add(range.getFirst() + i);
          leases().remove(range.getFirst() + i);
        }
      }
      switch (acknowledging) {
        case CONFIRM -> confirm(acknowledgement);
        case CONFIRM_LATER -> held.add(acknowledgement);
        default -> {}
      }
    }

    private void confirm(Acknowledgement acknowledgement) {
      responses.onNext(ConsumeResponse.newBuilder().setAcknowledged(acknowledgement).build());
    }

    void confirmHeld() {
      held.forEach(this::confirm);
      held.clear();
    }

    private void giveBack(ConsumeRequest request, List<OffsetRange> ranges) {
      errands.add(request);
      endLeases(ranges);
    }

    private void release(List<OffsetRange> ranges) {
      releases.addAll(ranges);
      endLeases(ranges);
    }

    private void endLeases(List<OffsetRange> ranges) {
      for (OffsetRange range : ranges) {
        for (long i = 0; i < range.getCount(); i++) {
          leases().remove(range.getFirst() + i, this);
        }
      }
    }

    void deliver() {
      if (log == null || log.owner != ScriptedNode.this) {
        return;
      }
      List<ScriptedCluster.Stored> run = new ArrayList<>();
      for (ScriptedCluster.Stored stored : log.messages) {
        boolean available =
            !log.acknowledged(attach.getSubscription()).contains(stored.offset())
                && !leases().containsKey(stored.offset());
        if (!available || run.size() == DELIVERY_BATCH) {
          deliver(run);
        }
        if (available && credit > 0) {
          credit--;
          leases().put(stored.offset(), this);
          run.add(stored);
        }
      }
      deliver(run);
    }

    private void deliver(List<ScriptedCluster.Stored> run) {
      if (run.isEmpty()) {
        return;
      }
      Messages.Builder messages = Messages.newBuilder();
      run.forEach(stored -> messages.addMessage(stored.message()));
      delivered += run.size();
      responses.onNext(
          ConsumeResponse.newBuilder()
              .setDelivery(
                  Delivery.newBuilder()
                      .setFirstOffset(run.get(0).offset())
                      .setCount(run.size())
                      .setPublishTimeMs(1_000)
                      .setMessages(messages.build().toByteString()))
              .build());
      run.clear();
      cluster.notifyAll();
    }

    void end(StatusRuntimeException failure) {
      forget();
      responses.onError(failure);
    }

    /** Its leases end with it. */
    void forget() {
      ended = true;
      consumeStreams.remove(this);
      if (log != null) {
        leases().values().removeIf(holder -> holder == this);
        cluster.nodes.forEach(ScriptedNode::deliverAll);
      }
      cluster.notifyAll();
    }

    @Override
    public void onError(Throwable error) {
      synchronized (cluster) {
        if (!ended) {
          forget();
        }
      }
    }

    @Override
    public void onCompleted() {
      synchronized (cluster) {
        if (!ended) {
          forget();
          responses.onCompleted();
        }
      }
    }
  }

  int openConsumeStreams() {
    return consumeStreams.size();
  }
}
