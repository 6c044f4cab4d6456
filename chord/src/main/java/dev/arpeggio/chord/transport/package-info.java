/**
 * What nodes say to each other and the interface of whatever carries it. Knows no network:
 * implementations are neighbours of this package, one each.
 */
@NullMarked
package dev.arpeggio.chord.transport;

import org.jspecify.annotations.NullMarked;
