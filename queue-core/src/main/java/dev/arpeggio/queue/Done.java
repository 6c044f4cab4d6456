package dev.arpeggio.queue;

/** What an operation answers that succeeds without a value. */
public enum Done {
  DONE
}
