@NullMarked
package dev.arpeggio.simulator.scale;

import org.jspecify.annotations.NullMarked;
