package dev.arpeggio.client;

/** Who is heard when several publish the same key. */
public enum Ownership {
  /** All of them. */
  SHARED,
  /** The live one of the highest strength; of equals, the one that came first. */
  EXCLUSIVE
}
