package dev.arpeggio.simulator.owners;

import dev.arpeggio.queue.OffsetRange;
import java.util.Map;
import java.util.TreeMap;

/** The leases that one opening of the partition has given to consumers of one subscription. */
final class LeaseCheck {
  private final String subscription;
  private final Map<Long, Lease> leases = new TreeMap<>();

  private record Lease(long consumer, long untilNanos) {}

  LeaseCheck(String subscription) {
    this.subscription = subscription;
  }

  void delivered(long offset, long consumer, long nowNanos, long untilNanos) {
    Lease lease = leases.put(offset, new Lease(consumer, untilNanos));
    if (lease != null && nowNanos < lease.untilNanos()) {
      throw new Breach(
          Rule.LEASE_HELD,
          offset
              + " of "
              + subscription
              + " comes back "
              + (lease.untilNanos() - nowNanos) / 1_000_000
              + " ms before the end of its lease");
    }
  }

  /** The consumer gives these back, as far as it holds them. */
  void released(OffsetRange range, long consumer) {
    for (long offset = range.first(); offset < range.end(); offset++) {
      Lease lease = leases.get(offset);
      if (lease != null && lease.consumer() == consumer) {
        leases.put(offset, new Lease(consumer, Long.MIN_VALUE));
      }
    }
  }

  /** The consumer is gone, and all that it holds comes back. */
  void gone(long consumer) {
    leases.replaceAll(
        (offset, lease) ->
            lease.consumer() == consumer ? new Lease(consumer, Long.MIN_VALUE) : lease);
  }
}
