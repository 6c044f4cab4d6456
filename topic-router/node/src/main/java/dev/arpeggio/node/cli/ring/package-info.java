/**
 * The ring as the command line sees it: waiting for it, showing it, and judging it. Uses the client
 * library alone, and a plain socket where that gets no answer.
 */
@NullMarked
package dev.arpeggio.node.cli.ring;

import org.jspecify.annotations.NullMarked;
