package dev.arpeggio.node.security;

/** Why a call is refused. */
public sealed interface Denial {
  /**
   * Nobody knows on whose behalf the call is.
   *
   * @param why for the caller; holds nothing of what it showed
   */
  record Unauthenticated(String why) implements Denial {}

  /** It is known, and it may not. */
  record Forbidden(String principal, Need need) implements Denial {}
}
