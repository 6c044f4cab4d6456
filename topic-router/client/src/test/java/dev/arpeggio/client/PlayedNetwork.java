package dev.arpeggio.client;

import dev.arpeggio.protocol.v1.ClusterGrpc;
import dev.arpeggio.protocol.v1.DescribeNodeResponse;
import dev.arpeggio.protocol.v1.LocateTopicResponse;
import dev.arpeggio.protocol.v1.PublishResponse;
import io.grpc.MethodDescriptor;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * A network on which the test plays all nodes: it answers LocateTopic, gives or denies signs of
 * life, and speaks on publish streams.
 */
final class PlayedNetwork implements Network {
  private final Deque<Reply<LocateTopicResponse>> locates = new ArrayDeque<>();
  private final Deque<Reply<DescribeNodeResponse>> questions = new ArrayDeque<>();
  private final List<StreamListener<PublishResponse>> streams = new ArrayList<>();
  final List<String> opened = new ArrayList<>();
  final List<Object> sent = new ArrayList<>();
  final List<String> asked = new ArrayList<>();
  int cancelled;

  boolean pendingLocate() {
    return !locates.isEmpty();
  }

  /** Answers the one question that is open. */
  void locate(String owner) {
    locates.remove().answered(PartitionLinkTest.route(owner));
  }

  boolean isAskedForASign() {
    return !questions.isEmpty();
  }

  /** The node answers the one question for a sign of life that is open. */
  void giveSign() {
    questions.remove().answered(DescribeNodeResponse.getDefaultInstance());
  }

  /** It does not. */
  void denySign() {
    questions.remove().failed(new ArpeggioException(Reason.TIMED_OUT, "no answer"));
  }

  StreamListener<PublishResponse> stream(int number) {
    return streams.get(number);
  }

  StreamListener<PublishResponse> lastStream() {
    return streams.get(streams.size() - 1);
  }

  @Override
  @SuppressWarnings("unchecked") // Only LocateTopic and DescribeNode are asked here.
  public <Q, R> void call(
      String address, MethodDescriptor<Q, R> method, Q request, Duration timeout, Reply<R> reply) {
    if (method == ClusterGrpc.getDescribeNodeMethod()) {
      questions.add((Reply<DescribeNodeResponse>) reply);
    } else {
      locates.add((Reply<LocateTopicResponse>) reply);
      asked.add(address);
    }
  }

  @Override
  @SuppressWarnings("unchecked") // Only Publish is opened here.
  public <Q, R> RequestStream<Q> open(
      String address, MethodDescriptor<Q, R> method, StreamListener<R> listener) {
    opened.add(address);
    streams.add((StreamListener<PublishResponse>) listener);
    return new RequestStream<>() {
      @Override
      public void send(Q request) {
        sent.add(request);
      }

      @Override
      public void finish() {}

      @Override
      public void cancel() {
        cancelled++;
      }
    };
  }
}
