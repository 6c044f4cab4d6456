package dev.arpeggio.queue;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Looks now and then for old segments of which few messages are wanted, and prepares one segment in
 * the place of several, so that a message that nobody acknowledges does not keep the log behind it.
 *
 * <p>Works on one run of segments at a time and looks at a bounded number of them at once. What it
 * prepares is only a proposal: the pipeline sends it, behind its fence, if the log still is what it
 * was made of. If the process dies, before or after, the next owner finds either the old segments
 * or the new one.
 */
final class Compactor {
  // What is younger than so many delays may just be on its way through its consumers.
  private static final int LEAST_AGE = 10;
  private static final Duration MOST_PATIENCE = Duration.ofMinutes(10);
  private static final int LOOKS_PER_CHECK = 20_000;
  private static final int LEAST_LOOKS = 64;

  private final OwnerContext context;
  private final TopicConfig config;
  private final Log log;
  private final Trimmer trimmer;
  private final Subscriptions subscriptions;
  private final SegmentReader reader;
  private final Wanted wanted;
  private final boolean keyed;
  private final Supplier<Epoch> epoch;
  private final Consumer<Compaction> ready;
  private EventLoop.@Nullable Timer timer;
  private final Duration leastAge;
  private Duration patience;
  private boolean enabled;
  private boolean busy;
  private boolean stopped;
  // Where the next check goes on.
  private long from;

  /**
   * @param epoch of the fence that holds now
   * @param ready takes a compaction, and calls {@link #settled} when it took effect or will not
   */
  Compactor(
      OwnerContext context,
      TopicConfig config,
      Log log,
      Trimmer trimmer,
      Subscriptions subscriptions,
      SegmentReader reader,
      @Nullable KeyHistory history,
      Supplier<Epoch> epoch,
      Consumer<Compaction> ready) {
    this.context = context;
    this.config = config;
    this.log = log;
    this.trimmer = trimmer;
    this.subscriptions = subscriptions;
    this.reader = reader;
    this.wanted = new Wanted(subscriptions, history);
    this.keyed = history != null;
    this.epoch = epoch;
    this.ready = ready;
    this.leastAge = context.options().trimDelay().multipliedBy(LEAST_AGE);
    this.patience = leastAge;
  }

  /**
   * Something may have been acknowledged or superseded: looks soon, if there is anything to see.
   */
  void consider() {
    if (keyed || subscriptions.acknowledgedTo() > subscriptions.floor(log.nextOffset()).orElse(0)) {
      arm(context.options().trimDelay());
    }
  }

  /** All that is stored is known: from now on, it may be compacted. */
  void enable() {
    enabled = true;
    consider();
  }

  /** The last compaction took effect, or will not. */
  void settled(boolean tookEffect) {
    busy = false;
    if (tookEffect) {
      patience = leastAge;
      consider();
    } else {
      // What could not be done now may never be possible: reading it again and again would only
      // cost.
      arm(patience);
      patience = patience.compareTo(MOST_PATIENCE) < 0 ? patience.multipliedBy(2) : patience;
    }
  }

  void stop() {
    stopped = true;
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
  }

  private void arm(Duration wait) {
    if (timer == null && enabled && !busy && !stopped) {
      timer =
          context
              .loop()
              .schedule(
                  wait,
                  () -> {
                    timer = null;
                    check();
                  });
    }
  }

  // ---- Choosing.

  private void check() {
    var run = new SparseRun();
    int looks = Math.max(LEAST_LOOKS, LOOKS_PER_CHECK / (1 + subscriptions.size()));
    Segment next = first();
    long end = keyed ? log.nextOffset() : subscriptions.acknowledgedTo();
    for (; next != null && looks > 0; looks--) {
      if (next.first() >= end) {
        next = null;
        break;
      }
      if (isTooYoung(next)) {
        arm(leastAge);
        next = null;
        break;
      }
      int open = wanted.estimate(next);
      boolean taken = !SparseRun.isDense(next.name(), open) && run.add(next, open);
      if (!taken) {
        if (run.pays()) {
          break;
        }
        run = new SparseRun();
        if (!SparseRun.isDense(next.name(), open)) {
          run.add(next, open);
        }
      }
      next = log.following(next);
    }
    from = next == null ? 0 : next.first();
    if (run.pays()) {
      prepare(run.segments());
    } else if (next != null) {
      consider();
    }
  }

  // What lies before the floor is deleted soon anyway, unless keys keep it.
  private @Nullable Segment first() {
    long start =
        keyed
            ? trimmer.cut()
            : Math.max(trimmer.cut(), subscriptions.floor(log.nextOffset()).orElse(0));
    if (start >= log.nextOffset()) {
      return null;
    }
    Segment first = log.find(start);
    // A segment that begins before the start may have been cut already.
    long at = Math.max(from, first.first() < trimmer.cut() ? first.end() : first.first());
    return at >= log.nextOffset() ? null : log.find(at);
  }

  private boolean isTooYoung(Segment segment) {
    if (trimmer.isYoung(segment)) {
      return true;
    }
    return !keyed
        && segment.isDated()
        && context.loop().nanoTime() - segment.committedNanos() < leastAge.toNanos();
  }

  // ---- Reading.

  private void prepare(List<Segment> segments) {
    busy = true;
    var bodies = new TreeMap<Long, Body>();
    var attempt =
        new Object() {
          boolean failed;
        };
    FanOut.forEach(
        segments,
        (segment, next) -> {
          Body body = segment.body();
          if (body != null) {
            bodies.put(segment.first(), body);
            next.run();
          } else if (wanted.estimate(segment) == 0) {
            next.run();
          } else {
            reader.read(
                segment,
                new SegmentReader.Reader() {
                  @Override
                  public void read(SegmentCodec.Decoded decoded) {
                    bodies.put(segment.first(), decoded.body());
                    next.run();
                  }

                  @Override
                  public void gone() {
                    attempt.failed = true;
                    next.run();
                  }
                });
          }
        },
        () -> {
          if (stopped) {
            return;
          }
          Compaction compaction = attempt.failed ? null : merge(segments, bodies);
          if (compaction == null) {
            settled(false);
          } else {
            ready.accept(compaction);
          }
        });
  }

  // Null if it does not pay, as the messages are not as they were estimated to be.
  private @Nullable Compaction merge(List<Segment> segments, Map<Long, Body> bodies) {
    var merge = new Merge(wanted, segments.get(0).first());
    for (Segment segment : segments) {
      Body body = bodies.get(segment.first());
      // Unread, it must still be unwanted: somebody may have gone back to it.
      boolean usable = body != null || wanted.estimate(segment) == 0;
      if (!usable || !merge.add(segment, body)) {
        break;
      }
    }
    return merge.finish(epoch.get(), config.compressed());
  }
}
