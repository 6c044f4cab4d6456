/** Tests of the servers' keeper and of the proxy. */
@NullMarked
package dev.arpeggio.ensemble;

import org.jspecify.annotations.NullMarked;
