/**
 * A partition on real servers that fail: traffic that goes on through faults, and the ledger that
 * says whether it came through whole.
 */
@NullMarked
package dev.arpeggio.queue.faults;

import org.jspecify.annotations.NullMarked;
