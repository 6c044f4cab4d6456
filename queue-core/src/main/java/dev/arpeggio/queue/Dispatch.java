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

  /** How a kind of subscription does it, except for {@link SubscriptionKind#KEY_SHARED}. */
  static Dispatch of(SubscriptionKind kind) {
    return kind == SubscriptionKind.SHARED ? new ToTheLeastLoaded() : new ToTheFirst();
  }

  /** The first consumer gets everything; the others wait until it goes. */
  final class ToTheFirst implements Dispatch {
    @Override
    public void serve(List<AttachedConsumer> consumers, Source source) {
      while (!consumers.isEmpty() && consumers.get(0).canTake()) {
        AttachedConsumer first = consumers.get(0);
        Chunk chunk = source.next(first.credit(), priority -> true);
        if (chunk == null) {
          return;
        }
        source.deliver(first, chunk);
      }
    }
  }

  /** Everybody gets something, first whoever is busy least. */
  final class ToTheLeastLoaded implements Dispatch {
    @Override
    public void serve(List<AttachedConsumer> consumers, Source source) {
      while (true) {
        AttachedConsumer least = null;
        for (AttachedConsumer consumer : consumers) {
          if (consumer.canTake() && (least == null || consumer.isLessLoadedThan(least))) {
            least = consumer;
          }
        }
        Chunk chunk = least == null ? null : source.next(least.credit(), priority -> true);
        if (least == null || chunk == null) {
          return;
        }
        source.deliver(least, chunk);
      }
    }
  }
}
