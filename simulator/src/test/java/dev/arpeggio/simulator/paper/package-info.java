@NullMarked
package dev.arpeggio.simulator.paper;

import org.jspecify.annotations.NullMarked;
