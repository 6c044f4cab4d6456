package dev.arpeggio.queue;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A publisher as the partition sees it, until it is gone; who comes back is another one. */
final class Publisher {
  private final ProducerId id;
  private int strength;
  private Duration lease;
  private long signNanos;
  private boolean gone;
  private @Nullable PublisherHandle holder;

  Publisher(ProducerId id, int strength, Duration lease, long nowNanos) {
    this.id = id;
    this.strength = strength;
    this.lease = lease;
    this.signNanos = nowNanos;
  }

  ProducerId id() {
    return id;
  }

  int strength() {
    return strength;
  }

  Duration lease() {
    return lease;
  }

  /** Whether that is news. */
  boolean offer(int newStrength, Duration newLease) {
    boolean news = newStrength != strength || !newLease.equals(lease);
    strength = newStrength;
    lease = newLease;
    return news;
  }

  void alive(long nowNanos) {
    signNanos = nowNanos;
  }

  boolean isOverdue(long nowNanos) {
    return nowNanos - signNanos > lease.toNanos();
  }

  boolean isGone() {
    return gone;
  }

  void leave() {
    gone = true;
  }

  /** Its newest stream, which decides when it is gone. */
  void holdBy(PublisherHandle newest) {
    holder = newest;
  }

  boolean isHeldBy(PublisherHandle handle) {
    return holder == handle;
  }
}
