package dev.arpeggio.client;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How one node finds the owner of a partition, and whom ZooKeeper names.
 *
 * @param hashed what was hashed for the key: the partition's name, with a number behind it where
 *     the partition was moved
 * @param key where the partition lies on the ring: 16 hexadecimal digits
 * @param steps the questions of a lookup, in order
 * @param ringOwner host:port at which the steps ended; empty: they came to nothing, and the last
 *     one says why
 * @param owner host:port to which the node sends requests; empty: it cannot say
 * @param recorded empty: nobody ever owned the partition, or ZooKeeper could not be asked
 * @param storeProblem why ZooKeeper could not be asked
 * @param servedHere whether the node that answered has the partition open
 */
public record PartitionTrace(
    String hashed,
    String key,
    List<Step> steps,
    Optional<String> ringOwner,
    Optional<String> owner,
    Optional<RecordedOwner> recorded,
    Optional<String> storeProblem,
    boolean servedHere) {
  public PartitionTrace {
    steps = List.copyOf(steps);
  }

  /**
   * One question.
   *
   * @param address host:port of the node that was asked
   * @param time until it answered, or was given up
   * @param outcome what it said, or why it did not answer, in words
   */
  public record Step(String address, Duration time, String outcome) {}

  /**
   * The owner as ZooKeeper has it. It stays until another node takes the partition, whether it
   * lives or not.
   *
   * @param address host:port
   * @param epoch rises with every change of owner
   */
  public record RecordedOwner(String address, long epoch) {}
}
