/** How a command protects its connection to a cluster, and as whom it comes. */
@NullMarked
package dev.arpeggio.node.cli.connect;

import org.jspecify.annotations.NullMarked;
