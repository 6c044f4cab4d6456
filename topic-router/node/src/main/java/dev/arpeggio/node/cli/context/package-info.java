/** Named clusters: where they are kept, and what is kept of each. Knows nothing of commands. */
@NullMarked
package dev.arpeggio.node.cli.context;

import org.jspecify.annotations.NullMarked;
