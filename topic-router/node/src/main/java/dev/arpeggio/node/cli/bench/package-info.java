/**
 * Benchmarks that users can run: each prints its figures beside those of a named baseline that ran
 * in the same minute on the same server, since machines differ and are noisy.
 */
@NullMarked
package dev.arpeggio.node.cli.bench;

import org.jspecify.annotations.NullMarked;
