package dev.arpeggio.simulator.paper;

import dev.arpeggio.simulator.terminal.Progress;
import java.util.List;

/** Measures one table, and what belongs to it. */
interface Experiment {
  /** The tables, each with rows in the published order; the same for the same seed. */
  List<Table> measure(long seed, Progress progress);
}
