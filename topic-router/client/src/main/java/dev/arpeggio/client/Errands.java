package dev.arpeggio.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the application wants done with messages of one partition besides acknowledging them, until
 * it is sent. Guarded by the consumer's lock.
 *
 * <p>Invariant: an offset is in one errand at most, the last one; so there are at most as many as
 * messages were delivered on the stream for which there was credit. Lost with their stream, whose
 * end gives everything back anyway.
 */
final class Errands {
  /** One kind of request about several messages. */
  sealed interface Errand {
    List<OffsetRanges.Range> ranges();
  }

  /** Nobody has looked at them. */
  record Release(List<OffsetRanges.Range> ranges) implements Errand {}

  /**
   * Their processing failed.
   *
   * @param delay empty: as the topic has it
   */
  record Retry(List<OffsetRanges.Range> ranges, Optional<Duration> delay) implements Errand {}

  /** They will never be processed. */
  record Reject(List<OffsetRanges.Range> ranges, String reason) implements Errand {}

  /** Their processing takes longer. */
  record Extend(List<OffsetRanges.Range> ranges, Duration time) implements Errand {}

  private final OffsetRanges releases = new OffsetRanges();
  private final Map<Optional<Duration>, OffsetRanges> retries = new LinkedHashMap<>();
  private final Map<String, OffsetRanges> rejections = new LinkedHashMap<>();
  private final Map<Duration, OffsetRanges> extensions = new LinkedHashMap<>();

  void release(long offset) {
    remove(offset);
    releases.add(offset);
  }

  void retry(long offset, Optional<Duration> delay) {
    remove(offset);
    retries.computeIfAbsent(delay, any -> new OffsetRanges()).add(offset);
  }

  void reject(long offset, String reason) {
    remove(offset);
    rejections.computeIfAbsent(reason, any -> new OffsetRanges()).add(offset);
  }

  void extend(long offset, Duration time) {
    remove(offset);
    extensions.computeIfAbsent(time, any -> new OffsetRanges()).add(offset);
  }

  /** Whatever was wanted with it is not any more. */
  void remove(long offset) {
    releases.remove(offset);
    remove(retries, offset);
    remove(rejections, offset);
    remove(extensions, offset);
  }

  private static <K> void remove(Map<K, OffsetRanges> errands, long offset) {
    if (!errands.isEmpty()) {
      errands.values().removeIf(offsets -> offsets.remove(offset) && offsets.isEmpty());
    }
  }

  boolean isEmpty() {
    return releases.isEmpty() && retries.isEmpty() && rejections.isEmpty() && extensions.isEmpty();
  }

  /** What is to be sent now; nothing is left. */
  List<Errand> take() {
    if (isEmpty()) {
      return List.of();
    }
    List<Errand> taken = new ArrayList<>();
    if (!releases.isEmpty()) {
      taken.add(new Release(releases.ranges()));
    }
    retries.forEach((delay, offsets) -> taken.add(new Retry(offsets.ranges(), delay)));
    rejections.forEach((reason, offsets) -> taken.add(new Reject(offsets.ranges(), reason)));
    extensions.forEach((time, offsets) -> taken.add(new Extend(offsets.ranges(), time)));
    clear();
    return taken;
  }

  void clear() {
    releases.clear();
    retries.clear();
    rejections.clear();
    extensions.clear();
  }
}
