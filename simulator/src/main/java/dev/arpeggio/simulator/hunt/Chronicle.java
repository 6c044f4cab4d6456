package dev.arpeggio.simulator.hunt;

import dev.arpeggio.simulator.VirtualTime;

/** Tells a trace what happens, in the time of the schedule. */
final class Chronicle {
  private final VirtualTime time;
  private final Trace trace;
  private long originNanos;

  Chronicle(VirtualTime time, Trace trace) {
    this.time = time;
    this.trace = trace;
  }

  /** Whether anybody listens; if not, nobody need prepare words. */
  boolean isOn() {
    return trace.isOn();
  }

  /** The time of the schedule begins now. */
  void beginSchedule() {
    originNanos = time.nowNanos();
  }

  long originNanos() {
    return originNanos;
  }

  /** Since the first ring was ideal; before, since the beginning. */
  long micros() {
    return (time.nowNanos() - originNanos) / 1000;
  }

  /** Something that concerns the run as a whole. */
  void note(String event, String kind, String outcome, String detail) {
    note(event, Trace.NOBODY, Trace.NOBODY, kind, outcome, detail);
  }

  void note(String event, int from, int to, String kind, String outcome, String detail) {
    if (trace.isOn()) {
      trace.line(new Trace.Line(micros(), event, from, to, kind, outcome, detail));
    }
  }
}
