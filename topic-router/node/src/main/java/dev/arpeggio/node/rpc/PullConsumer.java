package dev.arpeggio.node.rpc;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.arpeggio.node.hosting.OpenPartition;
import dev.arpeggio.protocol.v1.Message;
import dev.arpeggio.protocol.v1.Messages;
import dev.arpeggio.protocol.v1.ReceiveResponse;
import dev.arpeggio.protocol.v1.ReceivedMessage;
import dev.arpeggio.queue.Completion;
import dev.arpeggio.queue.ConsumerHandle;
import dev.arpeggio.queue.ConsumerId;
import dev.arpeggio.queue.ConsumerSink;
import dev.arpeggio.queue.Delivery;
import dev.arpeggio.queue.EventLoop;
import dev.arpeggio.queue.QueueException;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One Receive call: takes messages until it has enough or has waited long enough, answers, and
 * leaves the messages leased: they come back when their lease ends, unless acknowledged. A caller
 * that gave up while it waited leaves nothing leased. On the partition's loop.
 */
final class PullConsumer implements ConsumerSink, Completion<ConsumerHandle> {

  /**
   * Bytes after which no further message is asked for; with one step more the answer still fits
   * into a frame of 4 MiB.
   */
  private static final int ENOUGH_BYTES = 3 << 20;

  private final ServerCallStreamObserver<ReceiveResponse> call;
  private final EventLoop loop;
  private final OpenPartition open;
  private final int max;

  private final ReceiveResponse.Builder answer = ReceiveResponse.newBuilder();
  private @Nullable ConsumerHandle handle;
  private EventLoop.@Nullable Timer timer;
  private Duration wait = Duration.ZERO;
  private int bytes;
  private int asked;
  private boolean ended;
  private boolean settling;

  PullConsumer(
      ServerCallStreamObserver<ReceiveResponse> call, EventLoop loop, OpenPartition open, int max) {
    this.call = call;
    this.loop = loop;
    this.open = open;
    this.max = max;
  }

  void start(String subscription, ConsumerId consumer, Duration wait) {
    this.wait = wait;
    open.partition().attach(subscription, consumer, this, this);
  }

  @Override
  public void succeeded(ConsumerHandle attached) {
    if (ended) {
      attached.close();
      return;
    }
    handle = attached;
    timer = loop.schedule(wait, this::finish);
    askForMore(attached);
  }

  private void askForMore(ConsumerHandle attached) {
    int step = Math.max(1, (ENOUGH_BYTES - bytes) / open.config().maxMessageBytes());
    int more = Math.min(step, max - asked);
    if (more > 0 && bytes < ENOUGH_BYTES) {
      asked += more;
      attached.credit(more);
    }
  }

  @Override
  public boolean isReady() {
    return true;
  }

  @Override
  public void deliver(Delivery delivery) {
    if (ended) {
      return;
    }
    try {
      long offset = delivery.firstOffset();
      for (Message message : Messages.parseFrom(delivery.messages()).getMessageList()) {
        bytes += message.getSerializedSize();
        answer.addMessages(
            ReceivedMessage.newBuilder()
                .setOffset(offset++)
                .setRedeliveries(delivery.redeliveries())
                .setPublishTimeMs(delivery.publishTimeMillis())
                .setMessage(message));
      }
    } catch (InvalidProtocolBufferException e) {
      // The framing was checked when it was published; the content of a frame is its publisher's.
      fail(
          Errors.internal(
              "the message at offset " + delivery.firstOffset() + " is not an encoded Message"));
      return;
    }
    if (!settling) {
      // What else is ready comes in this turn of the loop; then there is no reason to wait longer.
      settling = true;
      loop.execute(this::settle);
    }
  }

  private void settle() {
    ConsumerHandle attached = handle;
    settling = false;
    if (ended || attached == null) {
      return;
    }
    if (answer.getMessagesCount() == asked && asked < max && bytes < ENOUGH_BYTES) {
      askForMore(attached);
      if (settling) {
        return;
      }
    }
    finish();
  }

  private void finish() {
    ConsumerHandle attached = handle;
    if (ended || attached == null) {
      return;
    }
    end();
    if (call.isCancelled()) {
      attached.close();
      return;
    }
    attached.detach();
    answer.setLeaseMs(Math.toIntExact(open.config().redelivery().lease().toMillis()));
    SimpleCalls.answer(call, answer.build());
  }

  @Override
  public void failed(QueueException e) {
    fail(Errors.fromPartition(e));
  }

  @Override
  public void closed(QueueException why) {
    fail(Errors.fromPartition(why));
  }

  private void fail(StatusRuntimeException status) {
    if (!ended) {
      ConsumerHandle attached = handle;
      end();
      if (attached != null) {
        attached.close();
      }
      call.onError(status);
    }
  }

  private void end() {
    ended = true;
    handle = null;
    EventLoop.Timer waiting = timer;
    if (waiting != null) {
      waiting.cancel();
    }
  }
}
