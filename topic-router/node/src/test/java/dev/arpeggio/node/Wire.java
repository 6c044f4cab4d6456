package dev.arpeggio.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import dev.arpeggio.protocol.v1.ConsumeAttach;
import dev.arpeggio.protocol.v1.ConsumeRequest;
import dev.arpeggio.protocol.v1.ConsumeResponse;
import dev.arpeggio.protocol.v1.ErrorReason;
import dev.arpeggio.protocol.v1.Message;
import dev.arpeggio.protocol.v1.Messages;
import dev.arpeggio.protocol.v1.PublishAttach;
import dev.arpeggio.protocol.v1.PublishBatch;
import dev.arpeggio.protocol.v1.PublishRequest;
import dev.arpeggio.protocol.v1.PublishResponse;
import dev.arpeggio.protocol.v1.QueueGrpc;
import dev.arpeggio.protocol.v1.ReceiveRequest;
import dev.arpeggio.protocol.v1.SubscriptionKind;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A stranger's stubs and requests: no client library. */
final class Wire {
  static final ByteString SOME_ID = ByteString.copyFrom(new byte[16]);
  static final ByteString OTHER_ID =
      ByteString.copyFrom(new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1});

  private Wire() {}

  static ManagedChannel channel(String address) {
    return NettyChannelBuilder.forTarget("dns:///" + address).usePlaintext().build();
  }

  static Message message(String body) {
    return Message.newBuilder().setBody(ByteString.copyFromUtf8(body)).build();
  }

  static ReceiveRequest receive(String topic, int max) {
    return ReceiveRequest.newBuilder().setTopic(topic).setMaxMessages(max).setWaitMs(2_000).build();
  }

  static PublishRequest attach(String topic, int partition, ByteString producer) {
    return PublishRequest.newBuilder()
        .setAttach(
            PublishAttach.newBuilder()
                .setTopic(topic)
                .setPartition(partition)
                .setProducerId(producer))
        .build();
  }

  static PublishRequest batch(long firstSequence, int count, Message... messages) {
    return PublishRequest.newBuilder()
        .setBatch(
            PublishBatch.newBuilder()
                .setFirstSequence(firstSequence)
                .setCount(count)
                .setMessages(
                    Messages.newBuilder().addAllMessage(List.of(messages)).build().toByteString()))
        .build();
  }

  static ConsumeRequest consume(String topic, ByteString consumer, int credit) {
    return ConsumeRequest.newBuilder()
        .setAttach(
            ConsumeAttach.newBuilder().setTopic(topic).setConsumerId(consumer).setCredit(credit))
        .build();
  }

  static ConsumeRequest consume(String topic, ByteString consumer, SubscriptionKind kind) {
    return ConsumeRequest.newBuilder()
        .setAttach(ConsumeAttach.newBuilder().setTopic(topic).setConsumerId(consumer).setKind(kind))
        .build();
  }

  static ErrorInfo publishFailure(ManagedChannel channel, PublishRequest... requests)
      throws Exception {
    Answers<PublishResponse> answers = new Answers<>();
    StreamObserver<PublishRequest> stream = QueueGrpc.newStub(channel).publish(answers);
    for (PublishRequest request : requests) {
      stream.onNext(request);
    }
    return answers.failure();
  }

  static ErrorInfo consumeFailure(ManagedChannel channel, ConsumeRequest... requests)
      throws Exception {
    Answers<ConsumeResponse> answers = new Answers<>();
    StreamObserver<ConsumeRequest> stream = QueueGrpc.newStub(channel).consume(answers);
    for (ConsumeRequest request : requests) {
      stream.onNext(request);
    }
    return answers.failure();
  }

  static ErrorInfo failure(Runnable call) throws InvalidProtocolBufferException {
    return info(assertThrows(StatusRuntimeException.class, call::run));
  }

  static ErrorInfo info(Throwable t) throws InvalidProtocolBufferException {
    com.google.rpc.Status status = StatusProto.fromThrowable(t);
    if (status == null || status.getDetailsCount() != 1) {
      throw new AssertionError("an error without details", t);
    }
    Any detail = status.getDetails(0);
    ErrorInfo info = detail.unpack(ErrorInfo.class);
    assertEquals("arpeggio.dev", info.getDomain());
    return info;
  }

  static void assertReason(ErrorReason expected, ErrorInfo actual) {
    assertEquals(expected.name(), actual.getReason(), actual.toString());
  }

  /** What came back on a stream. */
  static final class Answers<T> implements StreamObserver<T> {
    private final BlockingQueue<T> values = new LinkedBlockingQueue<>();
    private final BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();

    @Override
    public void onNext(T value) {
      values.add(value);
    }

    @Override
    public void onError(Throwable t) {
      failures.add(t);
    }

    @Override
    public void onCompleted() {}

    T next() throws InterruptedException {
      T value = values.poll(30, TimeUnit.SECONDS);
      if (value == null) {
        throw new AssertionError("nothing came");
      }
      return value;
    }

    ErrorInfo failure() throws Exception {
      Throwable failure = failures.poll(30, TimeUnit.SECONDS);
      if (failure == null) {
        throw new AssertionError("the stream goes on");
      }
      return info(failure);
    }
  }
}
