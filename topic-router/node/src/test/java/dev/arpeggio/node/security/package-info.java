/** Files and judgements, without a node. */
@NullMarked
package dev.arpeggio.node.security;

import org.jspecify.annotations.NullMarked;
