/**
 * Which place on the ring each partition has: by its name, or elsewhere where names alone would
 * give a node far more than its share.
 */
@NullMarked
package dev.arpeggio.node.placement;

import org.jspecify.annotations.NullMarked;
