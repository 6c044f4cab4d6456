/** What holds for the whole house, and the offences that prove that the rules see. */
@NullMarked
package dev.arpeggio.architecture;

import org.jspecify.annotations.NullMarked;
