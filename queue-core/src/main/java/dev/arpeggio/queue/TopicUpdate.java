package dev.arpeggio.queue;

import dev.arpeggio.queue.ZooKeeperPort.Code;
import java.util.Optional;

/**
 * One update of a topic: one write, or one transaction where it adds partitions, on the condition
 * that nobody wrote since it was read. Whoever dies leaves the old configuration or the new one. A
 * repeat of an update that took effect changes nothing, and succeeds.
 */
final class TopicUpdate {
  private final ZooKeeperPort zooKeeper;
  private final TopicCatalog catalog;
  private final TopicName topic;
  private final Optional<String> expected;
  private final TopicChange change;
  private final Completion<StoredTopic> done;

  /**
   * @param expected the version that is to be changed; empty: whichever it is
   */
  TopicUpdate(
      ZooKeeperPort zooKeeper,
      TopicCatalog catalog,
      TopicName topic,
      Optional<String> expected,
      TopicChange change,
      Completion<StoredTopic> done) {
    this.zooKeeper = zooKeeper;
    this.catalog = catalog;
    this.topic = topic;
    this.expected = expected;
    this.change = change;
    this.done = done;
  }

  void attempt(int attempts) {
    catalog.entry(topic, Completion.of(entry -> change(entry, attempts), done::failed));
  }

  private void change(TopicCatalog.Entry entry, int attempts) {
    TopicConfig changed;
    try {
      changed = change.applyTo(entry.config());
      TopicRules.checkChange(topic, entry.config(), changed);
    } catch (QueueException e) {
      done.failed(e);
      return;
    }
    if (changed.equals(entry.config())) {
      done.succeeded(entry.stored());
    } else if (expected.isPresent() && !expected.get().equals(entry.stored().version())) {
      done.failed(QueueException.topicChanged(topic, entry.stored().version()));
    } else if (changed.partitions() > entry.config().partitions()) {
      grow(entry, changed, attempts);
    } else {
      write(entry, changed, attempts);
    }
  }

  private void grow(TopicCatalog.Entry entry, TopicConfig changed, int attempts) {
    new TopicGrowth(
            zooKeeper,
            topic,
            entry.config(),
            changed,
            entry.stat().version(),
            new TopicGrowth.Outcome() {
              @Override
              public void grown() {
                // The transaction does not tell the version.
                catalog.describe(topic, Completion.of(done::succeeded, this::notTold));
              }

              private void notTold(QueueException why) {
                done.failed(
                    why.reason() == QueueException.Reason.STORE_UNAVAILABLE
                        ? QueueException.outcomeUnknown(
                            "partitions were added, but not all is known of it")
                        : why);
              }

              @Override
              public void overtaken(QueueException why) {
                if (attempts > 1) {
                  attempt(attempts - 1);
                } else {
                  done.failed(why);
                }
              }

              @Override
              public void failed(QueueException why) {
                done.failed(why);
              }
            })
        .start();
  }

  private void write(TopicCatalog.Entry entry, TopicConfig changed, int attempts) {
    String path = PartitionPaths.topic(topic);
    zooKeeper.set(
        path,
        new TopicRecord(changed, false).encode(),
        entry.stat().version(),
        reply -> {
          if (reply.isOk()) {
            done.succeeded(StoredTopic.of(changed, reply.get()));
          } else if (reply.code() == Code.NO_NODE) {
            done.failed(QueueException.topicNotFound(topic));
          } else if (reply.code() != Code.BAD_VERSION) {
            done.failed(TopicCatalog.failedWrite(path, reply.code()));
          } else if (attempts > 1) {
            attempt(attempts - 1);
          } else {
            done.failed(QueueException.topicChanged(topic, null));
          }
        });
  }
}
