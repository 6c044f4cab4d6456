package dev.arpeggio.queue;

import dev.arpeggio.queue.ZooKeeperPort.Code;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what a takeover of one partition would have to read: the contents of its segments, read
 * from ZooKeeper while another node is the owner. Belongs to the context's loop.
 *
 * <p>Segments are taken from the gap-free prefix of the log, as a takeover sees it: its start is
 * read before the names are, and what follows without a hole is committed for good. A segment is
 * read once it was there in two passes, so that what is consumed at once costs nothing here.
 */
public final class Standby {
  private final OwnerContext context;
  private final PartitionId id;
  private final PartitionPaths paths;
  private Set<String> seenBefore = new LinkedHashSet<>();
  private boolean passing;
  private boolean stopped;

  public Standby(OwnerContext context, PartitionId id) {
    this.context = context;
    this.id = id;
    this.paths = new PartitionPaths(id);
  }

  /** Reads what is new, and forgets what is gone; nothing while that is under way. */
  public void refresh() {
    if (!passing && !stopped) {
      passing = true;
      new Pass().start();
    }
  }

  /** Reads no more: this node takes the partition over, and uses what was read. */
  public void promote() {
    stopped = true;
  }

  /** Reads no more, and forgets everything. */
  public void stop() {
    stopped = true;
    context.warm().drop(id);
  }

  /** One look at the log. What is not there, or cannot be read now, the next one will find. */
  private final class Pass {
    private long creationId;
    private long readingBytes;
    private ProducerTable.@Nullable Snapshot snapshot;
    private final List<SegmentName> found = new ArrayList<>();

    void start() {
      context
          .zooKeeper()
          .get(
              paths.owner(),
              reply -> {
                if (reply.code() == Code.NO_NODE) {
                  context.warm().drop(id);
                  end();
                } else if (goesOn(reply)) {
                  creationId = reply.get().stat().creationId();
                  readStart();
                }
              });
    }

    private void readStart() {
      context
          .zooKeeper()
          .get(
              paths.producers(),
              reply -> {
                if (goesOn(reply)) {
                  try {
                    snapshot = ProducerTable.decode(paths.producers(), reply.get().data());
                  } catch (QueueException e) {
                    // The takeover will say so.
                    end();
                    return;
                  }
                  list();
                }
              });
    }

    private void list() {
      children(
          paths.log(),
          buckets ->
              FanOut.forEach(
                  buckets.stream().sorted().toList(),
                  (bucket, next) ->
                      children(
                          paths.log() + "/" + bucket,
                          names -> {
                            add(bucket, names);
                            next.run();
                          }),
                  this::choose));
    }

    private void add(String bucket, List<String> names) {
      String path = paths.log() + "/" + bucket;
      for (String name : names) {
        try {
          found.add(
              SegmentName.parse(SegmentName.parseBucket(bucket, path), name, path + "/" + name));
        } catch (QueueException e) {
          // Foreign; the takeover will say so.
          found.clear();
          return;
        }
      }
    }

    private void choose() {
      ProducerTable.Snapshot start = snapshot;
      if (start == null) {
        throw new IllegalStateException("listed before the start of the log was known");
      }
      List<SegmentName> valid;
      try {
        valid = Layout.of(start.logStart(), found, paths).valid();
      } catch (QueueException e) {
        // Buckets were listed one after the other, while segments were merged.
        end();
        return;
      }
      if (valid.isEmpty() && !found.isEmpty()) {
        // The front was deleted since its place was read.
        end();
        return;
      }
      Set<String> names = new LinkedHashSet<>();
      valid.forEach(segment -> names.add(segment.name()));
      context.warm().retain(id, names);
      List<SegmentName> wanted = new ArrayList<>();
      // First what a takeover reads first.
      select(valid, wanted, segment -> segment.end() > start.knownTo());
      select(valid, wanted, segment -> segment.end() <= start.knownTo());
      seenBefore = names;
      FanOut.forEach(wanted, this::read, this::end);
    }

    private void select(
        List<SegmentName> valid, List<SegmentName> wanted, Predicate<SegmentName> which) {
      valid.stream()
          .filter(which)
          .filter(segment -> seenBefore.contains(segment.name()))
          .filter(segment -> !context.warm().holds(id, creationId, segment))
          .forEach(wanted::add);
    }

    private void read(SegmentName segment, Runnable next) {
      if (stopped || !context.warm().hasRoom(readingBytes + segment.bytes())) {
        next.run();
        return;
      }
      readingBytes += segment.bytes();
      context
          .zooKeeper()
          .get(
              paths.segment(segment),
              reply -> {
                readingBytes -= segment.bytes();
                if (!stopped && reply.isOk() && reply.get().data().length == segment.bytes()) {
                  context.warm().put(id, creationId, segment, reply.get().data());
                }
                next.run();
              });
    }

    private void children(String path, Consumer<List<String>> then) {
      context
          .zooKeeper()
          .children(
              path,
              reply -> {
                if (goesOn(reply)) {
                  then.accept(reply.get());
                }
              });
    }

    private boolean goesOn(ZooKeeperPort.Reply<?> reply) {
      if (reply.isOk() && !stopped) {
        return true;
      }
      end();
      return false;
    }

    private void end() {
      passing = false;
    }
  }
}
