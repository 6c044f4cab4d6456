package dev.arpeggio.simulator.hunt;

/** Hears what happens in a run, as it happens. */
interface Trace {
  /** Hears nothing; runs do not even prepare the words. */
  Trace NONE =
      new Trace() {
        @Override
        public boolean isOn() {
          return false;
        }

        @Override
        public void line(long micros, String event, int node, String detail) {}
      };

  boolean isOn();

  /**
   * One thing that happened.
   *
   * @param micros virtual time
   * @param event one word
   * @param node the number of the node concerned, or -1
   */
  void line(long micros, String event, int node, String detail);
}
