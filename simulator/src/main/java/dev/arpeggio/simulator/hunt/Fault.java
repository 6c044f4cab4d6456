package dev.arpeggio.simulator.hunt;

/** What may go wrong, or at least happen, in a run. */
enum Fault {
  /** A message is lost; share of messages in percent. */
  DROP,
  /** A message takes longer; share in percent, at most so many milliseconds. */
  DELAY,
  /** A request is delivered twice; share in percent. */
  DUPLICATE,
  /** A message is overtaken by a later one to the same node; share in percent, held back in ms. */
  REORDER,
  /** A request is carried out, but its sender is told that the call failed; share in percent. */
  FALSE_FAILURE,
  /** Messages between two sets of nodes are lost. */
  PARTITION,
  /** Messages from one set of nodes to all others are lost, but not the other way. */
  ONE_WAY,
  /** A process ends; calls to it are refused. */
  CRASH,
  /** A host goes dark; calls to it are lost. */
  POWER_LOSS,
  /** A node that was down comes back under its address. */
  RESTART,
  /** A node joins. */
  JOIN,
  /** Several nodes join at the same moment. */
  JOIN_STORM,
  /** A node leaves in order. */
  LEAVE,
  /** Several nodes leave at the same moment. */
  MASS_LEAVE,
  /** A node stands still for some milliseconds while its clock runs on. */
  PAUSE,
  /** A node's clock runs fast or slow; percent. */
  DRIFT,
  /** A node needs longer for everything; milliseconds a message. */
  SLOW
}
