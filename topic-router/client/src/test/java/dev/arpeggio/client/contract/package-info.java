/**
 * What every cluster does for users of the client library, the one in memory and real ones: the
 * same tests for both. They see public classes only. The node's build compiles this package, too.
 */
@NullMarked
package dev.arpeggio.client.contract;

import org.jspecify.annotations.NullMarked;
