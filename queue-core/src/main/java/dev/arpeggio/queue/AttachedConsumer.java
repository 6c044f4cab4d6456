package dev.arpeggio.queue;

import java.time.Duration;
import java.util.List;

/** A consumer as its subscription sees it: how much it may take, and what it holds. */
final class AttachedConsumer implements ConsumerHandle {
  private static final int MAX_CREDIT = 1_000_000;

  private final Subscription subscription;
  private final ConsumerId id;
  private final ConsumerSink sink;
  private final Leases.Holder leases = new Leases.Holder();
  private long turn;
  private final int course;
  private int credit;
  private boolean attached = true;

  /**
   * @param course how often the subscription was moved before
   */
  AttachedConsumer(Subscription subscription, ConsumerId id, ConsumerSink sink, int course) {
    this.subscription = subscription;
    this.id = id;
    this.sink = sink;
    this.course = course;
  }

  int course() {
    return course;
  }

  ConsumerId id() {
    return id;
  }

  Leases.Holder leases() {
    return leases;
  }

  boolean isAttached() {
    return attached;
  }

  int credit() {
    return credit;
  }

  /** Whether it holds less of what it asked for, or as much but was served longer ago. */
  boolean isLessLoadedThan(AttachedConsumer other) {
    // held / (held + credit), without the division.
    long mine = leases.size() * (other.leases.size() + other.credit);
    long others = other.leases.size() * (leases.size() + credit);
    return mine == others ? turn < other.turn : mine < others;
  }

  boolean canTake() {
    return attached && credit > 0 && sink.isReady();
  }

  /**
   * @param number of the delivery in its subscription
   */
  void deliver(Delivery delivery, long number) {
    turn = number;
    credit -= delivery.count();
    sink.deliver(delivery);
  }

  /** Takes the consumer off; false if it was off already. */
  boolean detachOnce() {
    boolean was = attached;
    attached = false;
    return was;
  }

  void missed(MissedDeadline deadline) {
    sink.missed(deadline);
  }

  void closed(QueueException why) {
    sink.closed(why);
  }

  @Override
  public void credit(int messages) {
    if (messages < 1) {
      throw new IllegalArgumentException("credit of " + messages);
    }
    credit = Math.min(MAX_CREDIT, credit + Math.min(messages, MAX_CREDIT));
    subscription.pump();
  }

  @Override
  public void resume() {
    subscription.pump();
  }

  @Override
  public void acknowledge(List<OffsetRange> ranges, Completion<Done> done) {
    subscription.acknowledge(this, ranges, done);
  }

  @Override
  public void release(List<OffsetRange> ranges) {
    if (attached) {
      subscription.release(this, ranges);
    }
  }

  @Override
  public void retryLater(List<OffsetRange> ranges) {
    if (attached) {
      subscription.retryLater(this, ranges);
    }
  }

  @Override
  public void retryLater(List<OffsetRange> ranges, Duration delay) throws QueueException {
    if (attached) {
      subscription.retryLater(this, ranges, delay);
    }
  }

  @Override
  public void reject(List<OffsetRange> ranges, String reason, Completion<Done> done) {
    subscription.reject(this, ranges, reason, done);
  }

  @Override
  public long extend(List<OffsetRange> ranges, Duration duration) throws QueueException {
    return attached ? subscription.extend(this, ranges, duration) : 0;
  }

  @Override
  public void close() {
    if (detachOnce()) {
      subscription.remove(this, true);
    }
  }

  @Override
  public void detach() {
    if (detachOnce()) {
      subscription.remove(this, false);
    }
  }
}
