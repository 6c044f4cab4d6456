/** The samples of docs/client.md, written by somebody who sees the public classes only. */
@NullMarked
package dev.arpeggio.client.sample;

import org.jspecify.annotations.NullMarked;
