package dev.arpeggio.node.cli;

import dev.arpeggio.client.PartitionAdmin;
import dev.arpeggio.client.Peeked;
import dev.arpeggio.client.PeekedMessage;
import dev.arpeggio.client.Position;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Messages of several partitions, one after the other, looked at page by page as they are used. */
final class PeekedMessages implements Iterator<PeekedMessage> {
  private final Deque<Look> partitions;
  private final Position from;
  private final Deque<PeekedMessage> page = new ArrayDeque<>();
  private long left;
  private @Nullable Position next;

  /** A way to look at one partition. */
  interface Look {
    Peeked at(Position from, int most);

    /** At what a subscription has not acknowledged; without one, at what is retained. */
    static Look at(PartitionAdmin partition, Optional<String> subscription) {
      return (from, most) ->
          subscription.isPresent()
              ? partition.peek(subscription.get(), from, most)
              : partition.peekLog(from, most);
    }
  }

  /**
   * @param from where to begin in each partition
   * @param most of all together
   */
  PeekedMessages(Collection<Look> partitions, Position from, long most) {
    this.partitions = new ArrayDeque<>(partitions);
    this.from = from;
    this.left = most;
  }

  @Override
  public boolean hasNext() {
    while (page.isEmpty() && left > 0 && !partitions.isEmpty()) {
      look(partitions.element());
    }
    return !page.isEmpty();
  }

  private void look(Look partition) {
    int most = (int) Math.min(PartitionAdmin.MAX_PEEK, left);
    Position at = next == null ? from : next;
    Peeked peeked = partition.at(at, most);
    page.addAll(peeked.messages());
    left -= peeked.messages().size();
    Position following = Position.offset(peeked.nextOffset());
    if (following.equals(at) || (peeked.messages().isEmpty() && at instanceof Position.Latest)) {
      partitions.remove();
      next = null;
    } else {
      next = following;
    }
  }

  @Override
  public PeekedMessage next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return page.remove();
  }
}
