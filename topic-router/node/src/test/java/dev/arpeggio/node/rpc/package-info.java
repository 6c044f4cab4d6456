/** The table of rights, over all services that there are. */
@NullMarked
package dev.arpeggio.node.rpc;

import org.jspecify.annotations.NullMarked;
