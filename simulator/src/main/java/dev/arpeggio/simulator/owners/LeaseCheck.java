package dev.arpeggio.simulator.owners;

import dev.arpeggio.queue.OffsetRange;
import java.util.Map;
import java.util.TreeMap;

/**
 * What one opening of the partition has delivered to one subscription. Another opening, here or
 * elsewhere, knows nothing of its leases and begins anew.
 */
final class LeaseCheck {
  private final String subscription;
  private final Map<Long, Lease> leases = new TreeMap<>();
  private long newest = -1;

  private record Lease(long consumer, long untilNanos) {}

  LeaseCheck(String subscription) {
    this.subscription = subscription;
  }

  void delivered(OffsetRange range, long consumer, long nowNanos, long untilNanos) {
    for (long offset = range.first(); offset < range.end(); offset++) {
      Lease lease = leases.put(offset, new Lease(consumer, untilNanos));
      if (lease != null) {
        if (nowNanos < lease.untilNanos()) {
          throw new Breach(
              Rule.LEASE_HELD,
              offset
                  + " of "
                  + subscription
                  + " comes back "
                  + (lease.untilNanos() - nowNanos) / 1_000_000
                  + " ms before the end of its lease");
        }
      } else if (offset < newest) {
        throw new Breach(
            Rule.DELIVERED_IN_ORDER,
            offset + " of " + subscription + " is delivered for the first time after " + newest);
      }
      newest = Math.max(newest, offset);
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
