package dev.arpeggio.node.hosting;

import dev.arpeggio.queue.Epoch;
import dev.arpeggio.queue.Partition;
import dev.arpeggio.queue.TopicConfig;

/**
 * A partition that is open here. It may be lost at any later moment; its methods then fail.
 *
 * @param partition touched on its shard's loop only
 * @param config of its topic
 * @param epoch that it was opened with
 * @param incarnation which of the topics of this name, one after the other, it is of
 */
public record OpenPartition(
    Partition partition, TopicConfig config, Epoch epoch, long incarnation) {}
