package dev.arpeggio.simulator.owners;

/** A promise was broken. */
final class Breach extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Rule rule;

  Breach(Rule rule, String detail) {
    super(rule.label() + ": " + detail);
    this.rule = rule;
  }

  Rule rule() {
    return rule;
  }
}
