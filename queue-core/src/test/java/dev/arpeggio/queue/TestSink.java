package dev.arpeggio.queue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A consumer that remembers what it got. */
public final class TestSink implements ConsumerSink {
  private final List<Delivery> deliveries = new CopyOnWriteArrayList<>();
  private final List<MissedDeadline> missed = new CopyOnWriteArrayList<>();
  private volatile boolean ready = true;
  private volatile @Nullable QueueException closed;

  @Override
  public boolean isReady() {
    return ready;
  }

  @Override
  public void deliver(Delivery delivery) {
    deliveries.add(delivery);
  }

  @Override
  public void missed(MissedDeadline deadline) {
    missed.add(deadline);
  }

  public List<MissedDeadline> missed() {
    return List.copyOf(missed);
  }

  @Override
  public void closed(QueueException why) {
    if (closed != null) {
      throw new IllegalStateException("closed twice");
    }
    closed = why;
  }

  public void setReady(boolean now) {
    ready = now;
  }

  public @Nullable QueueException whyClosed() {
    return closed;
  }

  public List<Delivery> deliveries() {
    return List.copyOf(deliveries);
  }

  public List<String> texts() {
    var texts = new ArrayList<String>();
    deliveries.forEach(delivery -> texts.addAll(Messages.texts(delivery.messages())));
    return texts;
  }

  public List<Long> offsets() {
    var offsets = new ArrayList<Long>();
    for (Delivery delivery : deliveries) {
      for (int i = 0; i < delivery.count(); i++) {
        offsets.add(delivery.firstOffset() + i);
      }
    }
    return offsets;
  }

  public void clear() {
    deliveries.clear();
  }
}
