/** Production nodes in virtual time, put through what happens to them in life. */
@NullMarked
package dev.arpeggio.simulator;

import org.jspecify.annotations.NullMarked;
