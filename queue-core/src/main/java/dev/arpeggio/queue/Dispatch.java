package dev.arpeggio.queue;

import java.util.List;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** Who of a subscription's consumers gets what comes next. */
interface Dispatch {
  /**
   * Delivers until nobody can take more, or nothing is there to be taken.
   *
   * @param consumers in the order in which they attached; changes when a delivery calls back
   */
  void serve(List<AttachedConsumer> consumers, Source source);

  /** The consumers are others now. */
  default void consumersChanged(List<AttachedConsumer> consumers) {}

  /** Where messages come from. */
  interface Source {
    /** How many messages nobody has, at most: some of them may have to wait. */
    long left();

    /**
     * What comes next; null if there is nothing, or if it has to be read first.
     *
     * @param most how many messages, at least 1
     * @param wantsNew whether messages of a priority are wanted that were not looked at before
     */
    @Nullable Chunk next(int most, IntPredicate wantsNew);

    /** A chunk that came next is kept, and delivered later. */
    void keep(Chunk chunk);

    /** Messages that were kept; null if they have to be read first. */
    @Nullable Chunk kept(Lanes.Found messages, int most);

    /** May call back and change everything. */
    void deliver(AttachedConsumer consumer, Chunk chunk);
  }

  /**
   * How a kind of subscription does it, except for {@link SubscriptionKind#KEY_SHARED}.
   *
   * @param partitions how many the topic has
   */
  static Dispatch of(SubscriptionKind kind, int partition, int partitions) {
    return kind == SubscriptionKind.SHARED
        ? new ToTheLeastLoaded(partition)
        : new ToTheOneInCharge(partition, partitions);
  }

  /**
   * One consumer gets everything; the others wait. Who it is, {@link Spread} says; but nobody gets
   * anything while a former one, which is still there, holds messages: they would be passed by.
   */
  final class ToTheOneInCharge implements Dispatch {
    private final int partition;
    private final int partitions;
    private @Nullable AttachedConsumer served;
    private @Nullable AttachedConsumer inCharge;

    ToTheOneInCharge(int partition, int partitions) {
      this.partition = partition;
      this.partitions = partitions;
    }

    @Override
    public void consumersChanged(List<AttachedConsumer> consumers) {
      inCharge = choose(consumers);
    }

    private @Nullable AttachedConsumer choose(List<AttachedConsumer> consumers) {
      if (consumers.size() < 2) {
        return consumers.isEmpty() ? null : consumers.get(0);
      }
      ConsumerId chosen =
          Spread.inCharge(
              consumers.stream().map(AttachedConsumer::id).toList(), partition, partitions);
      return consumers.stream().filter(c -> c.id().equals(chosen)).findFirst().orElseThrow();
    }

    @Override
    public void serve(List<AttachedConsumer> consumers, Source source) {
      while (true) {
        AttachedConsumer next = next();
        Chunk chunk =
            next == null || !next.canTake() ? null : source.next(next.credit(), priority -> true);
        if (next == null || chunk == null) {
          return;
        }
        served = next;
        source.deliver(next, chunk);
      }
    }

    private @Nullable AttachedConsumer next() {
      AttachedConsumer former = served;
      boolean waits =
          former != null && former != inCharge && former.isAttached() && former.leases().size() > 0;
      return waits ? null : inCharge;
    }
  }

  /**
   * Everybody gets something, first whoever is busy least; and no more at once than is there for
   * each, so that a few messages are spread, too. Of equals, each partition begins with another.
   */
  final class ToTheLeastLoaded implements Dispatch {
    private final int partition;

    ToTheLeastLoaded(int partition) {
      this.partition = partition;
    }

    @Override
    public void serve(List<AttachedConsumer> consumers, Source source) {
      int slice = 0;
      while (true) {
        int takers = 0;
        AttachedConsumer least = null;
        for (int i = 0; i < consumers.size(); i++) {
          AttachedConsumer consumer = consumers.get((partition + i) % consumers.size());
          if (consumer.canTake()) {
            takers++;
            if (least == null || consumer.isLessLoadedThan(least)) {
              least = consumer;
            }
          }
        }
        if (least == null) {
          return;
        }
        if (slice == 0) {
          slice = (int) Math.min(Integer.MAX_VALUE, 1 + (source.left() - 1) / takers);
        }
        Chunk chunk = source.next(Math.min(slice, least.credit()), priority -> true);
        if (chunk == null) {
          return;
        }
        source.deliver(least, chunk);
      }
    }
  }
}
