package dev.arpeggio.queue;

import dev.arpeggio.queue.ZooKeeperPort.Code;
import dev.arpeggio.queue.ZooKeeperPort.Op;
import dev.arpeggio.queue.ZooKeeperPort.Stat;
import java.util.ArrayList;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The topics of a store. Belongs to the port's loop; keeps no state, so that every node may have
 * one.
 *
 * <p>A topic is created in one transaction, and updated in one write, or in one transaction where
 * partitions are added. It is deleted in three steps: its configuration is marked, from when on
 * nobody sees it; its partitions are fenced; its data go. Whoever meets a topic that is half
 * deleted may finish that.
 */
public final class TopicCatalog {
  private static final int ATTEMPTS = 3;

  // Each change of an owner is in the way of one that adds partitions.
  private static final int UPDATE_ATTEMPTS = 10;

  private final ZooKeeperPort zooKeeper;

  public TopicCatalog(ZooKeeperPort zooKeeper) {
    this.zooKeeper = zooKeeper;
  }

  /** A topic's znode. */
  record Entry(TopicRecord record, Stat stat) {
    TopicConfig config() {
      return record.config();
    }

    StoredTopic stored() {
      return StoredTopic.of(config(), stat);
    }

    boolean deleting() {
      return record.deleting();
    }
  }

  /**
   * Creates a topic. Finishes an interrupted deletion of the same name first.
   *
   * @param done fails with TOPIC_ALREADY_EXISTS, INVALID_ARGUMENT (messages would be moved to the
   *     topic itself), STORE_UNAVAILABLE, OUTCOME_UNKNOWN
   */
  public void create(TopicName topic, TopicConfig config, Completion<TopicConfig> done) {
    try {
      TopicRules.check(topic, config);
    } catch (QueueException e) {
      done.failed(e);
      return;
    }
    create(topic, config, ATTEMPTS, done);
  }

  private void create(
      TopicName topic, TopicConfig config, int attempts, Completion<TopicConfig> done) {
    String path = PartitionPaths.topic(topic);
    var operations = new ArrayList<Op>();
    operations.add(new Op.Create(path, new TopicRecord(config, false).encode()));
    for (int partition = 0; partition < config.partitions(); partition++) {
      operations.add(new Op.Create(path + "/" + partition, OwnerRecord.unowned()));
    }
    zooKeeper.multi(
        operations,
        reply -> {
          if (reply.isOk()) {
            done.succeeded(config);
          } else if (reply.code() == Code.NODE_EXISTS) {
            finishDeletion(topic, config, attempts, done);
          } else {
            done.failed(failedWrite(path, reply.code()));
          }
        });
  }

  private void finishDeletion(
      TopicName topic, TopicConfig config, int attempts, Completion<TopicConfig> done) {
    if (attempts == 0) {
      done.failed(QueueException.topicAlreadyExists(topic));
      return;
    }
    read(
        topic,
        Completion.of(
            entry -> {
              if (entry.deleting()) {
                TopicDeletion.start(
                    zooKeeper,
                    topic,
                    Completion.of(
                        gone -> create(topic, config, attempts - 1, done),
                        error -> done.failed(error)));
              } else {
                done.failed(QueueException.topicAlreadyExists(topic));
              }
            },
            error -> {
              if (error.reason() == QueueException.Reason.TOPIC_NOT_FOUND) {
                create(topic, config, attempts - 1, done);
              } else {
                done.failed(error);
              }
            }));
  }

  /**
   * A topic's configuration.
   *
   * @param done fails with TOPIC_NOT_FOUND, STORE_UNAVAILABLE, STORE_CORRUPT
   */
  public void get(TopicName topic, Completion<TopicConfig> done) {
    entry(topic, Completion.of(entry -> done.succeeded(entry.config()), done::failed));
  }

  /** The same with the version, for who may want to change it. */
  public void describe(TopicName topic, Completion<StoredTopic> done) {
    entry(topic, Completion.of(entry -> done.succeeded(entry.stored()), done::failed));
  }

  /** What is stored of a topic that is there and is not being deleted. */
  void entry(TopicName topic, Completion<Entry> done) {
    read(
        topic,
        Completion.of(
            entry -> {
              if (entry.deleting()) {
                done.failed(QueueException.topicNotFound(topic));
              } else {
                done.succeeded(entry);
              }
            },
            error -> done.failed(error)));
  }

  /**
   * Changes a topic's configuration. Its owners have to be told, or to look: this does neither.
   *
   * @param expected the version that is to be changed; empty: whichever it is
   * @param done fails with TOPIC_NOT_FOUND, INVALID_ARGUMENT (what may not change), TOPIC_CHANGED
   *     (it is of another version), STORE_UNAVAILABLE, STORE_CORRUPT, OUTCOME_UNKNOWN; a repeat of
   *     what took effect succeeds
   */
  public void update(
      TopicName topic,
      Optional<String> expected,
      TopicChange change,
      Completion<StoredTopic> done) {
    new TopicUpdate(zooKeeper, this, topic, expected, change, done).attempt(UPDATE_ATTEMPTS);
  }

  /**
   * All topics by name.
   *
   * @param done fails with STORE_UNAVAILABLE, STORE_CORRUPT
   */
  public void list(Completion<SortedMap<TopicName, TopicConfig>> done) {
    zooKeeper.sync(
        PartitionPaths.TOPICS,
        synced ->
            zooKeeper.children(
                PartitionPaths.TOPICS,
                reply -> {
                  if (reply.isOk()) {
                    new Listing(done).run(new TreeSet<>(reply.get()));
                  } else {
                    done.failed(failedRead(PartitionPaths.TOPICS, reply.code()));
                  }
                }));
  }

  /** Reads the configurations of many topics. */
  private final class Listing {
    private final SortedMap<TopicName, TopicConfig> found = new TreeMap<>();
    private final Completion<SortedMap<TopicName, TopicConfig>> done;
    private boolean failed;

    Listing(Completion<SortedMap<TopicName, TopicConfig>> done) {
      this.done = done;
    }

    void run(SortedSet<String> names) {
      FanOut.forEach(names, this::readOne, () -> done.succeeded(found));
    }

    private void readOne(String name, Runnable next) {
      TopicName topic;
      try {
        topic = TopicName.parse(name);
      } catch (QueueException e) {
        fail(
            QueueException.storeCorrupt(
                PartitionPaths.TOPICS + "/" + name, "not the name of a topic"));
        return;
      }
      readHere(
          topic,
          Completion.of(
              entry -> {
                if (!entry.deleting()) {
                  found.put(topic, entry.config());
                }
                next.run();
              },
              error -> {
                if (error.reason() == QueueException.Reason.TOPIC_NOT_FOUND) {
                  next.run();
                } else {
                  fail(error);
                }
              }));
    }

    private void fail(QueueException error) {
      if (!failed) {
        failed = true;
        done.failed(error);
      }
    }
  }

  /**
   * Deletes a topic with everything in it. Nobody sees it from the first step on; owners of its
   * partitions are fenced before its data go. A deletion that was interrupted goes on when it is
   * called again.
   *
   * @param done fails with TOPIC_NOT_FOUND, STORE_UNAVAILABLE, OUTCOME_UNKNOWN
   */
  public void delete(TopicName topic, Completion<Done> done) {
    delete(topic, ATTEMPTS, done);
  }

  private void delete(TopicName topic, int attempts, Completion<Done> done) {
    read(
        topic,
        Completion.of(
            entry -> {
              if (entry.deleting()) {
                TopicDeletion.start(zooKeeper, topic, done);
              } else {
                mark(topic, entry, attempts, done);
              }
            },
            error -> done.failed(error)));
  }

  private void mark(TopicName topic, Entry entry, int attempts, Completion<Done> done) {
    String path = PartitionPaths.topic(topic);
    zooKeeper.set(
        path,
        new TopicRecord(entry.config(), true).encode(),
        entry.stat().version(),
        reply -> {
          if (reply.isOk()) {
            TopicDeletion.start(zooKeeper, topic, done);
          } else if (attempts > 1
              && (reply.code() == Code.BAD_VERSION || reply.code() == Code.NO_NODE)) {
            delete(topic, attempts - 1, done);
          } else {
            done.failed(failedWrite(path, reply.code()));
          }
        });
  }

  private void read(TopicName topic, Completion<Entry> done) {
    // Another node may have created it a moment ago, through another server.
    zooKeeper.sync(PartitionPaths.topic(topic), synced -> readHere(topic, done));
  }

  private void readHere(TopicName topic, Completion<Entry> done) {
    String path = PartitionPaths.topic(topic);
    zooKeeper.get(
        path,
        reply -> {
          if (reply.isOk()) {
            Entry entry;
            try {
              entry = new Entry(TopicRecord.decode(path, reply.get().data()), reply.get().stat());
            } catch (QueueException e) {
              done.failed(e);
              return;
            }
            done.succeeded(entry);
          } else if (reply.code() == Code.NO_NODE) {
            done.failed(QueueException.topicNotFound(topic));
          } else {
            done.failed(failedRead(path, reply.code()));
          }
        });
  }

  static QueueException failedRead(String path, Code code) {
    return code.isOutcomeUnknown()
        ? QueueException.storeUnavailable("cannot read " + path + ": " + code, null)
        : QueueException.unexpected(path, code);
  }

  static QueueException failedWrite(String path, Code code) {
    return code.isOutcomeUnknown()
        ? QueueException.outcomeUnknown("writing " + path + ": " + code)
        : QueueException.unexpected(path, code);
  }
}
