package dev.arpeggio.simulator;

/**
 * A running hash over everything that happens: two runs with the same value did the same things in
 * the same order.
 */
public final class Fingerprint {
  private long value = 0x9e3779b97f4a7c15L;

  public void add(long part) {
    // The finalizer of SplitMix64: every bit of the past and of the part reaches every bit of the
    // result.
    long mixed = (value ^ part) + 0x9e3779b97f4a7c15L;
    mixed = (mixed ^ (mixed >>> 30)) * 0xbf58476d1ce4e5b9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
    value = mixed ^ (mixed >>> 31);
  }

  public long value() {
    return value;
  }
}
