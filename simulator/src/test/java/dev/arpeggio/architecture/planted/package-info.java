/** One offence a class, each of which the rules have to catch. */
@NullMarked
package dev.arpeggio.architecture.planted;

import org.jspecify.annotations.NullMarked;
