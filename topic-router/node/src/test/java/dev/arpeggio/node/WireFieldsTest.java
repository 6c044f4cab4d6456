package dev.arpeggio.node;

import static dev.arpeggio.node.Wire.SOME_ID;
import static dev.arpeggio.node.Wire.attach;
import static dev.arpeggio.node.Wire.batch;
import static dev.arpeggio.node.Wire.channel;
import static dev.arpeggio.node.Wire.consume;
import static dev.arpeggio.node.Wire.message;
import static dev.arpeggio.node.Wire.receive;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import com.google.rpc.ErrorInfo;
import dev.arpeggio.node.HostileRequests.Hostile;
import dev.arpeggio.protocol.v1.Acknowledgement;
import dev.arpeggio.protocol.v1.ConsumeRequest;
import dev.arpeggio.protocol.v1.CreateTopicRequest;
import dev.arpeggio.protocol.v1.Credit;
import dev.arpeggio.protocol.v1.ErrorReason;
import dev.arpeggio.protocol.v1.Extend;
import dev.arpeggio.protocol.v1.Header;
import dev.arpeggio.protocol.v1.Messages;
import dev.arpeggio.protocol.v1.OffsetRange;
import dev.arpeggio.protocol.v1.PublishBatch;
import dev.arpeggio.protocol.v1.PublishRequest;
import dev.arpeggio.protocol.v1.QueueGrpc;
import dev.arpeggio.protocol.v1.Reject;
import dev.arpeggio.protocol.v1.Release;
import dev.arpeggio.protocol.v1.Retry;
import dev.arpeggio.protocol.v1.SendRequest;
import dev.arpeggio.protocol.v1.TopicsGrpc;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every field of every request, wrong in every way that a field can be wrong. What a node makes of
 * it is its own business, but whatever it refuses, it refuses with a reason that is not a defect,
 * at once, and goes on serving.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WireFieldsTest {
  private static final CallOptions PATIENT = CallOptions.DEFAULT;
  private static final long PATIENCE_SECONDS = 30;

  private final SevereLog log = new SevereLog();
  private TestCluster cluster;
  private ManagedChannel node;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    cluster = new TestCluster(directory).start(1).untilIdeal();
    node = channel(cluster.addresses().get(0));
    create("witness");
  }

  @AfterAll
  void stop() throws IOException {
    log.close();
    node.shutdownNow();
    cluster.close();
  }

  /** The node is unharmed: it stores and gives out messages of a topic that has no part in this. */
  @AfterEach
  void theWitnessIsServed() {
    QueueGrpc.QueueBlockingStub queue =
        QueueGrpc.newBlockingStub(node).withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS);
    long offset =
        queue
            .send(SendRequest.newBuilder().setTopic("witness").addMessages(message("x")).build())
            .getLastOffset();
    assertEquals(offset, queue.receive(receive("witness", 1)).getMessages(0).getOffset());
    assertEquals(List.of(), log.records(), "a stranger's mistake is no defect");
  }

  @TestFactory
  Stream<DynamicTest> everyFieldOfEverySingleCall() {
    ServiceDescriptor queue = SendRequest.getDescriptor().getFile().getServices().get(0);
    List<ServiceDescriptor> services = new ArrayList<>(List.of(queue));
    services.addAll(CreateTopicRequest.getDescriptor().getFile().getServices());
    return services.stream()
        .flatMap(service -> service.getMethods().stream())
        .filter(method -> !method.isClientStreaming())
        .map(method -> DynamicTest.dynamicTest(method.getFullName(), () -> vary(method)));
  }

  private void vary(MethodDescriptor method) {
    String topic = "fields-" + method.getName();
    create(topic);
    List<String> wrong = new ArrayList<>();
    for (Hostile hostile : HostileRequests.of(good(method, topic))) {
      try {
        ClientCalls.blockingUnaryCall(
            node,
            raw(method),
            PATIENT.withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS),
            hostile.bytes().toByteArray());
      } catch (StatusRuntimeException e) {
        untyped(e).ifPresent(why -> wrong.add(hostile.what() + ": " + why));
      }
    }
    assertEquals(List.of(), wrong);
  }

  @Test
  void everyFieldOfAPublishStream() throws Exception {
    create("published");
    MethodDescriptor method = QueueMethods.named("Publish");
    PublishRequest attach = attach("published", 0, SOME_ID);
    PublishRequest batch = batch(1, 1, full());
    List<String> wrong = new ArrayList<>();
    for (Hostile hostile : HostileRequests.of(attach)) {
      stream(
          method,
          List.of(hostile.bytes().toByteArray(), batch.toByteArray()),
          hostile.what(),
          wrong);
    }
    for (Hostile hostile : HostileRequests.of(batch)) {
      stream(
          method,
          List.of(attach.toByteArray(), hostile.bytes().toByteArray()),
          hostile.what(),
          wrong);
    }
    for (Hostile hostile : HostileRequests.of(Messages.newBuilder().addMessage(full()).build())) {
      PublishRequest odd =
          PublishRequest.newBuilder()
              .setBatch(
                  PublishBatch.newBuilder()
                      .setFirstSequence(1)
                      .setCount(1)
                      .setMessages(hostile.bytes()))
              .build();
      stream(
          method,
          List.of(attach("published", 0, ByteString.EMPTY).toByteArray(), odd.toByteArray()),
          "messages: " + hostile.what(),
          wrong);
    }
    assertEquals(List.of(), wrong);
  }

  @Test
  void everyFieldOfAConsumeStream() throws Exception {
    create("consumed");
    MethodDescriptor method = QueueMethods.named("Consume");
    ConsumeRequest attach = consume("consumed", SOME_ID, 1);
    OffsetRange.Builder range = OffsetRange.newBuilder().setFirst(0).setCount(1);
    List<ConsumeRequest> controls =
        List.of(
            ConsumeRequest.newBuilder().setCredit(Credit.newBuilder().setMessages(1)).build(),
            ConsumeRequest.newBuilder()
                .setAcknowledgement(Acknowledgement.newBuilder().addRanges(range))
                .build(),
            ConsumeRequest.newBuilder().setRelease(Release.newBuilder().addRanges(range)).build(),
            ConsumeRequest.newBuilder()
                .setRetry(Retry.newBuilder().addRanges(range).setDelayMs(1))
                .build(),
            ConsumeRequest.newBuilder()
                .setReject(Reject.newBuilder().addRanges(range).setReason("bad"))
                .build(),
            ConsumeRequest.newBuilder()
                .setExtend(Extend.newBuilder().addRanges(range).setDurationMs(1))
                .build());
    List<String> wrong = new ArrayList<>();
    for (Hostile hostile : HostileRequests.of(attach)) {
      stream(method, List.of(hostile.bytes().toByteArray()), hostile.what(), wrong);
    }
    for (ConsumeRequest control : controls) {
      for (Hostile hostile : HostileRequests.of(control)) {
        stream(
            method,
            List.of(attach.toByteArray(), hostile.bytes().toByteArray()),
            hostile.what(),
            wrong);
      }
    }
    assertEquals(List.of(), wrong);
  }

  /** The checks above can fail: this is what they look for. */
  @Test
  void aFailureWithoutAReasonIsNoticed() {
    assertTrue(untyped(Status.UNKNOWN.asRuntimeException()).isPresent());
    assertTrue(untyped(Status.DEADLINE_EXCEEDED.asRuntimeException()).isPresent());
  }

  /** Sends these, ends the stream, and waits until the node has ended it too. */
  private void stream(
      MethodDescriptor method, List<byte[]> requests, String what, List<String> wrong)
      throws Exception {
    CompletableFuture<Status> end = new CompletableFuture<>();
    List<StatusRuntimeException> failure = new ArrayList<>();
    StreamObserver<byte[]> stream =
        ClientCalls.asyncBidiStreamingCall(
            node.newCall(
                raw(method), PATIENT.withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS)),
            new StreamObserver<>() {
              @Override
              public void onNext(byte[] answer) {
                // What the node takes is its own business.
              }

              @Override
              public void onError(Throwable t) {
                failure.add((StatusRuntimeException) t);
                end.complete(Status.fromThrowable(t));
              }

              @Override
              public void onCompleted() {
                end.complete(Status.OK);
              }
            });
    requests.forEach(stream::onNext);
    stream.onCompleted();
    end.get(2 * PATIENCE_SECONDS, TimeUnit.SECONDS);
    failure.stream()
        .map(WireFieldsTest::untyped)
        .forEach(found -> found.ifPresent(why -> wrong.add(what + ": " + why)));
  }

  private static Optional<String> untyped(StatusRuntimeException e) {
    try {
      ErrorInfo info = Wire.info(e);
      ErrorReason reason = ErrorReason.valueOf(info.getReason());
      return reason == ErrorReason.INTERNAL ? Optional.of(shown(e.getStatus())) : Optional.empty();
    } catch (AssertionError | IOException | IllegalArgumentException untyped) {
      return Optional.of(shown(e.getStatus()));
    }
  }

  private static String shown(Status status) {
    return status.getCode() + " " + status.getDescription();
  }

  private static dev.arpeggio.protocol.v1.Message full() {
    return message("body").toBuilder()
        .setKey(ByteString.copyFromUtf8("key"))
        .addHeaders(Header.newBuilder().setName("name").setValue(ByteString.copyFromUtf8("value")))
        .setPriority(1)
        .setDelayMs(1)
        .setTimeToLiveMs(60_000)
        .build();
  }

  /** A request that asks for little; its other fields are as they are when nobody sets them. */
  private static Message good(MethodDescriptor method, String topic) {
    if (method.getName().equals("Send")) {
      return SendRequest.newBuilder()
          .setTopic(topic)
          .addMessages(full())
          .setProducerId(SOME_ID)
          .setFirstSequence(1)
          .build();
    }
    DynamicMessage.Builder request = DynamicMessage.newBuilder(method.getInputType());
    FieldDescriptor name = method.getInputType().findFieldByName("topic");
    return name == null ? request.build() : request.setField(name, topic).build();
  }

  private void create(String topic) {
    TopicsGrpc.newBlockingStub(node)
        .createTopic(CreateTopicRequest.newBuilder().setTopic(topic).build());
  }

  /** The methods of the streams. */
  private static final class QueueMethods {
    static MethodDescriptor named(String name) {
      return SendRequest.getDescriptor().getFile().getServices().get(0).findMethodByName(name);
    }
  }

  private static io.grpc.MethodDescriptor<byte[], byte[]> raw(MethodDescriptor method) {
    return io.grpc.MethodDescriptor.newBuilder(new Bytes(), new Bytes())
        .setType(method.isClientStreaming() ? MethodType.BIDI_STREAMING : MethodType.UNARY)
        .setFullMethodName(
            io.grpc.MethodDescriptor.generateFullMethodName(
                method.getService().getFullName(), method.getName()))
        .build();
  }

  private static final class Bytes implements Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
