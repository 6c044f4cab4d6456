package dev.arpeggio.simulator.owners;

import java.util.Locale;

/** What the checkers demand. */
enum Rule {
  /** Nothing is stored or delivered that nobody published. */
  NOTHING_INVENTED,
  /** What is confirmed is stored at that moment, under the offset that was named. */
  CONFIRMED_IS_STORED,
  /** Nothing goes from the log before every subscription has passed it. */
  NOTHING_LOST,
  /** The log has no hole, and no two segments overlap. */
  GAP_FREE,
  /** The log holds a producer's messages in the order of their sequence. */
  ORDER_KEPT,
  /** The log holds each sequence of a producer once. */
  NO_REPEAT,
  /** Only the node that acquired the partition last writes, and under its epoch. */
  FENCED,
  /** What is stored as acknowledged was acknowledged, and stays so. */
  CURSOR_TRUE,
  /** A confirmed acknowledgement is stored at that moment. */
  ACKNOWLEDGED_IS_STORED,
  /** A message that is stored as acknowledged is not delivered by its owner any more. */
  ACKNOWLEDGED_STAYS_AWAY,
  /** First deliveries of one owner come in the order of the log. */
  DELIVERED_IN_ORDER,
  /** No message overtakes one of a higher priority that the owner knows and may deliver. */
  HIGHER_FIRST,
  /** A delayed message is not delivered before its time. */
  NOT_BEFORE_ITS_TIME,
  /** The log keeps messages as long as the topic retains them, and the last of each key. */
  RETAINED,
  /** A message is moved to another topic only if a consumer or the topic's limit says so. */
  MOVED_WITH_REASON,
  /** A message of a subscription is moved once. */
  MOVED_ONCE,
  /** Messages of a key are with one consumer at a time, where keys are shared out. */
  KEY_WITH_ONE,
  /** Nothing of a key passes by a message of it that came back, unless by priority. */
  KEY_IN_ORDER,
  /** One consumer gets the messages where one is to get them, until it goes. */
  ONE_ACTIVE,
  /** A message comes back only after its lease, a release, or the end of its consumer. */
  LEASE_HELD,
  /** When all faults are over, everything is confirmed and consumed within bounded time. */
  PROGRESS,
  /** Production code has noticed itself that something cannot be. */
  NO_BUG;

  /** As it is printed. */
  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
