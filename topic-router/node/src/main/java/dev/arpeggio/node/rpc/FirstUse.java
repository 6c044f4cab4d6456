package dev.arpeggio.node.rpc;

import dev.arpeggio.queue.Completion;
import dev.arpeggio.queue.QueueException.Reason;
import dev.arpeggio.queue.StoredTopic;
import dev.arpeggio.queue.TopicCatalog;
import dev.arpeggio.queue.TopicConfig;
import dev.arpeggio.queue.TopicName;

/**
 * The topic that somebody is about to use: as it is stored, or, where the node creates topics on
 * their first use, as it is then. On the catalog's loop.
 */
public final class FirstUse {
  private final TopicCatalog catalog;
  private final boolean creates;

  /**
   * @param creates whether a topic that does not exist is created, with the defaults
   */
  public FirstUse(TopicCatalog catalog, boolean creates) {
    this.catalog = catalog;
    this.creates = creates;
  }

  /**
   * The topic with its version.
   *
   * @param done fails as {@link TopicCatalog#describe} and {@link TopicCatalog#create} do
   */
  public void describe(TopicName topic, Completion<StoredTopic> done) {
    catalog.describe(
        topic,
        creates
            ? Completion.of(
                done::succeeded,
                error -> {
                  if (error.reason() == Reason.TOPIC_NOT_FOUND) {
                    create(topic, done);
                  } else {
                    done.failed(error);
                  }
                })
            : done);
  }

  /** The same for whoever needs the configuration alone. */
  public void get(TopicName topic, Completion<TopicConfig> done) {
    describe(topic, Completion.of(stored -> done.succeeded(stored.config()), done::failed));
  }

  private void create(TopicName topic, Completion<StoredTopic> done) {
    catalog.create(
        topic,
        TopicConfig.defaults(),
        Completion.of(
            created -> catalog.describe(topic, done),
            error -> {
              if (error.reason() == Reason.TOPIC_ALREADY_EXISTS) {
                // Another node was faster.
                catalog.describe(topic, done);
              } else {
                done.failed(error);
              }
            }));
  }
}
