/** The daemon. */
@NullMarked
package dev.arpeggio.node;

import org.jspecify.annotations.NullMarked;
