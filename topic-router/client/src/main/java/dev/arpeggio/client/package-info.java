/** The client library. */
@NullMarked
package dev.arpeggio.client;

import org.jspecify.annotations.NullMarked;
