package dev.arpeggio.node.security;

import java.time.Instant;
import java.util.regex.Pattern;

/**
 * Somebody, as a certificate or a token says.
 *
 * @param principal a name of at most 249 letters, digits and {@code . _ @ -}
 * @param until when the proof is good no longer; {@link Instant#MAX} if ever
 */
public record Identity(String principal, Instant until) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._@-]{1,249}");

  public Identity {
    if (!isName(principal)) {
      throw new IllegalArgumentException("not a name of a principal");
    }
  }

  /** Whether a principal can be called so. */
  public static boolean isName(String name) {
    return NAME.matcher(name).matches();
  }
}
