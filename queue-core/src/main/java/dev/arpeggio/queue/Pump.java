package dev.arpeggio.queue;

import java.time.Duration;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Delivers what a subscription has to deliver to those who want more, on lease, and takes back what
 * was kept for too long.
 */
final class Pump implements Dispatch.Source {
  // How long a delivery may be unknown to the store, where their number decides.
  private static final Duration COUNT_DELAY = Duration.ofMillis(50);

  private final EventLoop loop;
  private final Duration lease;
  private final Backlog backlog;
  private final Leases leases;
  private final Returns returns;
  private final Consumers consumers;
  private final Work work;
  private final Alarm leaseAlarm;
  private final Alarm countAlarm;
  private long deliveries;
  private boolean running;
  private boolean again;
  private boolean stopped;

  /** The subscription, as the pump sees it. */
  interface Work {
    /** There is something to store. */
    void changed();

    /** Moves on what goes to other topics. */
    void move();
  }

  Pump(
      EventLoop loop,
      Duration lease,
      Backlog backlog,
      Leases leases,
      Returns returns,
      Consumers consumers,
      Work work) {
    this.loop = loop;
    this.lease = lease;
    this.backlog = backlog;
    this.leases = leases;
    this.returns = returns;
    this.consumers = consumers;
    this.work = work;
    this.leaseAlarm = new Alarm(loop, this::onLeaseEnd);
    this.countAlarm = new Alarm(loop, work::changed);
  }

  /** Delivers what can be delivered. A sink may call back. */
  void run() {
    if (stopped) {
      return;
    }
    if (running) {
      again = true;
      return;
    }
    running = true;
    try {
      do {
        again = false;
        work.move();
        if (!consumers.isEmpty()) {
          consumers.serve(this);
        }
      } while (again && !stopped);
    } finally {
      running = false;
    }
    if (!stopped) {
      leaseAlarm.setTo(leases.firstDeadlineNanos());
    }
  }

  /** Delivers nothing any more. */
  void stop() {
    stopped = true;
    leaseAlarm.cancel();
    countAlarm.cancel();
  }

  private void onLeaseEnd() {
    var ended = leases.expire(loop.nanoTime());
    if (!ended.isEmpty()) {
      returns.failed(ended);
      work.changed();
      run();
    }
    if (!stopped) {
      leaseAlarm.setTo(leases.firstDeadlineNanos());
    }
  }

  @Override
  public long left() {
    return Math.max(1, backlog.size() - leases.size());
  }

  @Override
  public @Nullable Chunk next(int most, IntPredicate wantsNew) {
    Chunk chunk = backlog.next(most, leases.size(), wantsNew);
    while (chunk != null && returns.takeDead(chunk)) {
      again = true;
      chunk = backlog.next(most, leases.size(), wantsNew);
    }
    return chunk;
  }

  @Override
  public void keep(Chunk chunk) {
    backlog.take(chunk);
  }

  @Override
  public @Nullable Chunk kept(Lanes.Found messages, int most) {
    return backlog.kept(messages, most, leases.size());
  }

  @Override
  public void deliver(AttachedConsumer consumer, Chunk chunk) {
    backlog.take(chunk);
    long deadline = loop.nanoTime() + lease.toNanos();
    leases.grant(consumer.leases(), chunk.first(), chunk.end(), deadline, chunk.redeliveries());
    if (returns.counts()) {
      countAlarm.setTo(loop.nanoTime() + COUNT_DELAY.toNanos());
    }
    consumer.deliver(chunk.toDelivery(), ++deliveries);
  }
}
