package dev.arpeggio.simulator.hunt;

/** Hears what happens in a run, as it happens. */
interface Trace {
  /** The number of no node. */
  int NOBODY = -1;

  /**
   * One thing that happened.
   *
   * @param micros virtual time
   * @param event one word: what this line is about
   * @param from the number of the node that sent, or {@link #NOBODY}
   * @param to the number of the node that received, or that changed, or {@link #NOBODY}
   * @param kind one word: what was asked or done
   * @param outcome one word: what came of it
   * @param detail any words
   */
  record Line(
      long micros, String event, int from, int to, String kind, String outcome, String detail) {}

  /** Hears nothing; runs do not even prepare the words. */
  Trace NONE =
      new Trace() {
        @Override
        public boolean isOn() {
          return false;
        }

        @Override
        public void line(Line line) {}
      };

  boolean isOn();

  void line(Line line);
}
