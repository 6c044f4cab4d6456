/**
 * The five load tools that Kestrel came with, by their names: what each asked of that queue is
 * asked of this one. Kestrel's own figures were measured without syncing to disk; here every
 * message is synced before it is confirmed.
 */
@NullMarked
package dev.arpeggio.node.cli.bench.kestrel;

import org.jspecify.annotations.NullMarked;
