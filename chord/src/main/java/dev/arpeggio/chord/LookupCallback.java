package dev.arpeggio.chord;

/**
 * Receives the end of one lookup: exactly one of the methods is called, once, on the node's loop.
 */
public interface LookupCallback {
  void succeeded(LookupResult result);

  void failed(LookupException failure);
}
