/** What the library shares with the node. */
@NullMarked
package dev.arpeggio.client.internal;

import org.jspecify.annotations.NullMarked;
