package dev.arpeggio.simulator.owners;

import dev.arpeggio.queue.OffsetRange;
import dev.arpeggio.queue.Sample;
import dev.arpeggio.queue.SubscriptionKind;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one opening of the partition has delivered to one subscription, for the checkers that its
 * kind needs. Another opening, here or elsewhere, knows nothing of its leases and begins anew.
 */
final class Deliveries {
  private final LeaseCheck leases;
  private final TurnCheck turns;
  private final @Nullable KeyCheck keys;
  private final @Nullable ActiveCheck active;

  Deliveries(String subscription, SubscriptionKind kind, Ledger ledger) {
    boolean byKey = kind == SubscriptionKind.KEY_SHARED;
    this.leases = new LeaseCheck(subscription);
    this.turns = new TurnCheck(subscription, byKey);
    this.keys =
        byKey
            ? new KeyCheck(
                subscription, ledger::isRemoved, offset -> ledger.comesNoMore(subscription, offset))
            : null;
    this.active =
        kind == SubscriptionKind.EXCLUSIVE || kind == SubscriptionKind.FAILOVER
            ? new ActiveCheck(subscription, kind == SubscriptionKind.EXCLUSIVE)
            : null;
  }

  /** The opening has stored a message and confirmed it. */
  void confirmed(long offset, Sample sample) {
    turns.confirmed(offset, sample);
  }

  void attached(long consumer) {
    if (active != null) {
      active.attached(consumer);
    }
  }

  void delivered(long first, List<String> texts, long consumer, long nowNanos, long untilNanos) {
    if (active != null) {
      active.delivered(consumer);
    }
    for (int i = 0; i < texts.size(); i++) {
      long offset = first + i;
      Sample sample = Sample.of(texts.get(i));
      leases.delivered(offset, consumer, nowNanos, untilNanos);
      turns.delivered(offset, sample);
      if (keys != null) {
        keys.delivered(offset, sample, consumer, nowNanos, untilNanos);
      }
    }
  }

  void acknowledged(List<OffsetRange> ranges) {
    if (keys != null) {
      ranges.forEach(keys::acknowledged);
    }
  }

  /** The consumer gives these back, as far as it holds them. */
  void released(OffsetRange range, long consumer) {
    leases.released(range, consumer);
    if (keys != null) {
      keys.released(range, consumer);
    }
  }

  /**
   * The consumer is gone.
   *
   * @param noticed all that it holds comes back; otherwise, not before its leases end
   */
  void left(long consumer, boolean noticed) {
    if (active != null) {
      active.left(consumer);
    }
    if (noticed) {
      leases.gone(consumer);
      if (keys != null) {
        keys.gone(consumer);
      }
    }
  }
}
