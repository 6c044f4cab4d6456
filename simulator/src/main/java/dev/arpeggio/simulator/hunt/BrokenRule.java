package dev.arpeggio.simulator.hunt;

/** Ends a run at the moment at which a rule is broken. */
final class BrokenRule extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient Violation violation;

  BrokenRule(String rule, String detail) {
    this(new Violation(rule, detail));
  }

  BrokenRule(Violation violation) {
    super(violation.toString());
    this.violation = violation;
  }

  Violation violation() {
    return violation;
  }
}
