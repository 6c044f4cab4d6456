package dev.arpeggio.simulator.owners;

import dev.arpeggio.queue.Sample;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** What every message of the log asked for, and when it was committed; by offset. */
final class Book {
  private final long expireAfterMillis;
  private final List<Entry> entries = new ArrayList<>();
  private final Map<Integer, TreeSet<Long>> ofKey = new TreeMap<>();

  /** A message that is in the log, or was. */
  private record Entry(Sample sample, long committedMillis) {}

  /**
   * @param expireAfter time to live of messages that do not say it; zero: for ever
   */
  Book(Duration expireAfter) {
    this.expireAfterMillis = expireAfter.toMillis();
  }

  /** The log goes on with this message; or has it still, in another segment. */
  void stored(long offset, Sample sample, long committedMillis) {
    if (offset < entries.size()) {
      long before = entries.get((int) offset).committedMillis();
      if (before != committedMillis) {
        throw new Breach(
            Rule.NOTHING_INVENTED,
            offset + " was committed at " + before + ", and is said to be of " + committedMillis);
      }
      return;
    }
    entries.add(new Entry(sample, committedMillis));
    if (sample.key() != 0) {
      ofKey.computeIfAbsent(sample.key(), key -> new TreeSet<>()).add(offset);
    }
  }

  Sample sample(long offset) {
    return entries.get((int) offset).sample();
  }

  long ageMillis(long offset, long nowMillis) {
    return nowMillis - entries.get((int) offset).committedMillis();
  }

  /** Whether it may be delivered, as far as its delay is concerned. */
  boolean isDue(long offset, long nowMillis) {
    return ageMillis(offset, nowMillis) >= sample(offset).delayMillis();
  }

  boolean hasExpired(long offset, long nowMillis) {
    long own = sample(offset).lifeMillis();
    long life = own == 0 ? expireAfterMillis : own;
    return life > 0 && ageMillis(offset, nowMillis) >= life;
  }

  /** How many later messages of its key the log got; none if it has no key. */
  int newerOfKey(long offset) {
    int key = sample(offset).key();
    return key == 0 ? 0 : ofKey.getOrDefault(key, new TreeSet<>()).tailSet(offset, false).size();
  }
}
