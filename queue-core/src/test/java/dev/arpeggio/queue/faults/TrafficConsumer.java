package dev.arpeggio.queue.faults;

import dev.arpeggio.queue.Completion;
import dev.arpeggio.queue.ConsumerHandle;
import dev.arpeggio.queue.ConsumerId;
import dev.arpeggio.queue.ConsumerSink;
import dev.arpeggio.queue.Delivery;
import dev.arpeggio.queue.Messages;
import dev.arpeggio.queue.OffsetRange;
import dev.arpeggio.queue.QueueException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Takes everything from whoever owns the partition, acknowledges it, and gives a little of it back
 * to see it again.
 */
final class TrafficConsumer {
  private static final String SUBSCRIPTION = "default";
  private static final int CREDIT = 1_000;
  private static final int GIVE_BACK_EVERY = 20;
  private static final long PAUSE_MILLIS = 10;

  private final Owners owners;
  private final Ledger ledger;
  private final Worker worker = new Worker("consumer", this::run);
  private volatile @Nullable Attachment attachment;
  private int deliveries;

  TrafficConsumer(Owners owners, Ledger ledger) {
    this.owners = owners;
    this.ledger = ledger;
  }

  void start() {
    worker.start();
  }

  private void run() throws InterruptedException {
    while (!worker.isEnding()) {
      Owners.Generation owner = owners.current();
      Attachment now = attachment;
      if (owner != null && (now == null || now.ended || now.owner.number() != owner.number())) {
        var next = new Attachment(owner);
        attachment = next;
        next.begin();
      }
      TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
    }
  }

  private synchronized boolean isDueToGoBack() {
    return ++deliveries % GIVE_BACK_EVERY == 0;
  }

  /** One stream from one owner; what comes after its end is not heard any more. */
  private final class Attachment implements ConsumerSink {
    private final Owners.Generation owner;
    private volatile boolean ended;
    // Touched on the owner's loop only.
    private @Nullable ConsumerHandle handle;

    Attachment(Owners.Generation owner) {
      this.owner = owner;
    }

    void begin() {
      owner
          .node()
          .loop
          .execute(
              () ->
                  owner
                      .partition()
                      .partition
                      .attach(
                          SUBSCRIPTION,
                          new ConsumerId(0, 1),
                          this,
                          Completion.of(
                              attached -> {
                                handle = attached;
                                attached.credit(CREDIT);
                              },
                              error -> ended = true)));
    }

    @Override
    public boolean isReady() {
      return true;
    }

    @Override
    public void deliver(Delivery delivery) {
      ConsumerHandle open = handle;
      if (attachment != this || open == null) {
        return;
      }
      long offset = delivery.firstOffset();
      for (String text : Messages.texts(delivery.messages())) {
        ledger.delivered(offset++, TrafficProducer.itemOf(text));
      }
      var range = new OffsetRange(delivery.firstOffset(), delivery.count());
      // As a client's answers come: later.
      owner.node().loop.execute(() -> answer(open, range));
    }

    private void answer(ConsumerHandle open, OffsetRange range) {
      if (isDueToGoBack()) {
        open.release(List.of(range));
      } else {
        // What is not confirmed may be stored: a new stream shows what comes back.
        open.acknowledge(
            List.of(range),
            Completion.of(done -> ledger.acknowledged(range), error -> ended = true));
      }
      open.credit((int) range.count());
    }

    @Override
    public void closed(QueueException why) {
      ended = true;
    }
  }

  void end() {
    worker.end();
  }
}
