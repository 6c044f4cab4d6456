/** What commands need that run servers of their own on this machine. */
@NullMarked
package dev.arpeggio.node.cli.local;

import org.jspecify.annotations.NullMarked;
