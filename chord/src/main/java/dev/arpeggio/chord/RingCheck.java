package dev.arpeggio.chord;

import java.util.List;

/** Tells whether a ring is ideal. */
public final class RingCheck {
  private RingCheck() {}

  /**
   * What keeps these members from being an ideal ring, in words; empty if nothing does.
   *
   * @param members in the order of first successors
   * @param successorListLength r
   */
  public static List<String> problems(List<MemberState> members, int successorListLength) {
    return java.util.Optional.<List<String>>empty().orElseThrow();
  }
}
