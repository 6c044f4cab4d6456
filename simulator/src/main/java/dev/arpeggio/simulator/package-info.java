/**
 * Whole rings in one JVM, in virtual time. One thread runs everything; time, order, latency and
 * chance come from one event queue and one seed, so that a run can be repeated exactly. Production
 * code is driven through its ports and never copied; no clock, thread, socket or randomness of the
 * real world may come in here.
 */
@NullMarked
package dev.arpeggio.simulator;

import org.jspecify.annotations.NullMarked;
