package dev.arpeggio.node.hosting;

/**
 * The answer to a request for a partition: exactly one of the two, once, on the host's event loop.
 */
public interface PartitionUse {

  void ready(OpenPartition open);

  void refused(Refusal refusal);
}
