package dev.arpeggio.queue;

import dev.arpeggio.queue.ZooKeeperPort.Code;
import dev.arpeggio.queue.ZooKeeperPort.Op;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Finds out what is stored of a partition, first taking its fence: at the takeover, and again
 * whenever the owner does not know what became of its writes. Starts over while ZooKeeper cannot be
 * reached.
 *
 * <p>What it reports is final: the fence was written first, so nobody's earlier write can still
 * take effect, and what a failed pipeline left behind is deleted before the report.
 */
final class Recovery {
  private static final Duration FIRST_RETRY = Duration.ofMillis(50);
  private static final Duration LAST_RETRY = Duration.ofSeconds(1);
  private static final int DELETES_PER_MULTI = 500;

  private final OwnerContext context;
  private final PartitionPaths paths;
  private final Acquisition acquisition;
  private final Outcome outcome;
  private Duration retry = FIRST_RETRY;
  private boolean over;
  // Answers to an attempt that was given up are told by its number.
  private int attempt;

  /**
   * What is stored.
   *
   * @param producers knows what the segments before {@code producersKnownTo} say about producers
   * @param publishers what the arbiter stored with it
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record Recovered(
      Fence fence,
      long logStart,
      List<SegmentName> segments,
      ProducerTable producers,
      long producersKnownTo,
      byte[] publishers,
      SortedMap<String, byte[]> cursors) {}

  /** How the recovery ended. */
  interface Outcome {
    void recovered(Recovered recovered);

    void refused(QueueException why);
  }

  Recovery(OwnerContext context, PartitionPaths paths, Acquisition acquisition, Outcome outcome) {
    this.context = context;
    this.paths = paths;
    this.acquisition = acquisition;
    this.outcome = outcome;
  }

  void start() {
    int current = ++attempt;
    acquisition.acquire(
        new Acquisition.Outcome() {
          @Override
          public void acquired(Fence fence) {
            if (!over) {
              new Attempt(current, fence).start();
            }
          }

          @Override
          public void refused(QueueException why) {
            refuse(why);
          }

          @Override
          public void uncertain() {
            startOver(current);
          }
        });
  }

  /** Reports nothing any more. */
  void cancel() {
    over = true;
  }

  private void refuse(QueueException why) {
    if (!over) {
      over = true;
      outcome.refused(why);
    }
  }

  private void startOver(int of) {
    if (over || of != attempt) {
      return;
    }
    attempt++;
    Duration wait = retry;
    retry = retry.multipliedBy(2).compareTo(LAST_RETRY) < 0 ? retry.multipliedBy(2) : LAST_RETRY;
    context
        .loop()
        .schedule(
            wait,
            () -> {
              if (!over) {
                start();
              }
            });
  }

  /** One way through, behind one fence. */
  private final class Attempt {
    private final int number;
    private final Fence fence;
    private final TreeSet<Long> buckets = new TreeSet<>();
    private final List<SegmentName> found = new ArrayList<>();
    private final SortedMap<String, byte[]> cursors = new TreeMap<>();
    private ProducerTable.Snapshot snapshot =
        new ProducerTable.Snapshot(0, 0, new ProducerTable(), new byte[0]);

    Attempt(int number, Fence fence) {
      this.number = number;
      this.fence = fence;
    }

    void start() {
      context
          .zooKeeper()
          .exists(
              paths.incarnation(fence.creationId()),
              reply -> {
                if (reply.code() == Code.NO_NODE) {
                  furnish();
                } else if (goesOn(reply.code(), paths.owner())) {
                  readProducers();
                }
              });
    }

    private void furnish() {
      new Inheritance(
              context.zooKeeper(),
              paths,
              this::goesOn,
              Completion.of(this::furnish, Recovery.this::refuse))
          .read();
    }

    // All of it or nothing, so that the last of it stands for the rest.
    private void furnish(List<Op> inherited) {
      var operations = new ArrayList<Op>();
      operations.add(new Op.Check(paths.owner(), Math.toIntExact(fence.epoch().value())));
      operations.add(new Op.Create(paths.log(), new byte[0]));
      operations.add(new Op.Create(paths.subscriptions(), new byte[0]));
      operations.add(
          new Op.Create(paths.producers(), new ProducerTable().encode(0, 0, new byte[0])));
      operations.addAll(inherited);
      operations.add(new Op.Create(paths.incarnation(fence.creationId()), new byte[0]));
      multi(operations, this::readProducers);
    }

    private void readProducers() {
      context
          .zooKeeper()
          .get(
              paths.producers(),
              reply -> {
                if (goesOn(reply.code(), paths.producers())) {
                  try {
                    snapshot = ProducerTable.decode(paths.producers(), reply.get().data());
                  } catch (QueueException e) {
                    refuse(e);
                    return;
                  }
                  listBuckets();
                }
              });
    }

    private void listBuckets() {
      children(
          paths.log(),
          names -> {
            for (String name : names) {
              buckets.add(SegmentName.parseBucket(name, paths.log() + "/" + name));
            }
            FanOut.forEach(buckets, this::listSegments, this::listSubscriptions);
          });
    }

    private void listSegments(Long bucket, Runnable next) {
      children(
          paths.bucket(bucket),
          names -> {
            for (String name : names) {
              found.add(SegmentName.parse(bucket, name, paths.bucket(bucket) + "/" + name));
            }
            next.run();
          });
    }

    private void listSubscriptions() {
      children(
          paths.subscriptions(),
          names -> {
            var sorted = new TreeSet<>(names);
            FanOut.forEach(sorted, this::readCursor, this::clean);
          });
    }

    private void readCursor(String name, Runnable next) {
      context
          .zooKeeper()
          .get(
              paths.subscription(name),
              reply -> {
                if (goesOn(reply.code(), paths.subscription(name))) {
                  cursors.put(name, reply.get().data());
                  next.run();
                }
              });
    }

    private void clean() {
      Layout layout;
      try {
        layout = Layout.of(snapshot.logStart(), found, paths);
        layout.checkReaches(snapshot.knownTo(), paths);
      } catch (QueueException e) {
        refuseIfHeld(e);
        return;
      }
      var garbage = new ArrayList<String>();
      var used = new TreeSet<Long>();
      layout.valid().forEach(segment -> used.add(segment.bucket()));
      layout.garbage().forEach(segment -> garbage.add(paths.segment(segment)));
      // After their segments.
      buckets.stream()
          .filter(bucket -> !used.contains(bucket))
          .forEach(b -> garbage.add(paths.bucket(b)));
      delete(garbage, 0, () -> verify(layout));
    }

    private void delete(List<String> garbage, int from, Runnable next) {
      if (from >= garbage.size()) {
        next.run();
        return;
      }
      int to = Math.min(garbage.size(), from + DELETES_PER_MULTI);
      var operations = new ArrayList<>(fence.checks());
      for (String path : garbage.subList(from, to)) {
        operations.add(new Op.Delete(path, ZooKeeperPort.ANY_VERSION));
      }
      multi(operations, () -> delete(garbage, to, next));
    }

    // What was read is one picture only if nobody took over meanwhile: a new owner may have changed
    // a part of it.
    private void verify(Layout layout) {
      context
          .zooKeeper()
          .exists(
              paths.owner(),
              reply -> {
                if (!goesOn(reply.code(), paths.owner())) {
                  return;
                }
                if (fence.isHeld(reply.get())) {
                  report(layout);
                } else {
                  startOver(number);
                }
              });
    }

    private void report(Layout layout) {
      over = true;
      outcome.recovered(
          new Recovered(
              fence,
              snapshot.logStart(),
              Collections.unmodifiableList(layout.valid()),
              snapshot.table(),
              snapshot.knownTo(),
              snapshot.publishers(),
              Collections.unmodifiableSortedMap(cursors)));
    }

    /** Takes a list of names; throws if one of them is corrupt. */
    private interface Names {
      void accept(List<String> names) throws QueueException;
    }

    private void children(String path, Names next) {
      context
          .zooKeeper()
          .children(
              path,
              reply -> {
                if (goesOn(reply.code(), path)) {
                  try {
                    next.accept(reply.get());
                  } catch (QueueException e) {
                    refuse(e);
                  }
                }
              });
    }

    private void multi(List<Op> operations, Runnable next) {
      context
          .zooKeeper()
          .multi(
              operations,
              reply -> {
                if (over || number != attempt) {
                  return;
                }
                if (reply.isOk()) {
                  next.run();
                } else if (Fence.isObstructed(reply)) {
                  String path = operations.get(reply.failedOperation()).path();
                  refuse(QueueException.unexpected(path, reply.code()));
                } else {
                  // Whatever it was, the next attempt meets it again, or finds the new owner.
                  startOver(number);
                }
              });
    }

    private boolean goesOn(Code code, String path) {
      if (over || number != attempt) {
        return false;
      }
      if (code == Code.OK) {
        return true;
      }
      if (code.isOutcomeUnknown()) {
        startOver(number);
      } else if (code == Code.NO_NODE) {
        missing(path);
      } else {
        refuse(QueueException.unexpected(path, code));
      }
      return false;
    }

    private void missing(String path) {
      refuseIfHeld(QueueException.storeCorrupt(path, "is missing"));
    }

    // What does not fit together was read before and after the changes of a new owner, whom the
    // next attempt will find; or, if the fence is held still, somebody who is none has damaged it.
    private void refuseIfHeld(QueueException why) {
      context
          .zooKeeper()
          .exists(
              paths.owner(),
              reply -> {
                if (over || number != attempt) {
                  return;
                }
                if (reply.isOk() && fence.isHeld(reply.get())) {
                  refuse(why);
                } else {
                  startOver(number);
                }
              });
    }
  }
}
