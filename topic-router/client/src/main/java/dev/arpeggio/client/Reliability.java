package dev.arpeggio.client;

/** Whether messages may be dropped on their way to their partition. Ascending. */
public enum Reliability {
  /** Under pressure, or when a connection breaks; nobody waits for a confirmation. */
  BEST_EFFORT,
  /** Never without the producer being told. */
  RELIABLE
}
