package dev.arpeggio.node.security;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The SHA-256 of a token: what a node keeps of it. A token has 256 random bits, so neither salt nor
 * a slow hash would add anything.
 *
 * @param hex 64 hexadecimal digits
 */
public record TokenDigest(String hex) {
  private static final String PREFIX = "sha256:";
  private static final Pattern FORM = Pattern.compile(PREFIX + "[0-9a-f]{64}");

  /** The digest of a token as a caller shows it. */
  public static TokenDigest of(String token) {
    try {
      return new TokenDigest(
          HexFormat.of()
              .formatHex(MessageDigest.getInstance("SHA-256").digest(token.getBytes(UTF_8))));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  static Optional<TokenDigest> parse(String text) {
    return FORM.matcher(text).matches()
        ? Optional.of(new TokenDigest(text.substring(PREFIX.length())))
        : Optional.empty();
  }

  /** As it stands in the file of tokens. */
  @Override
  public String toString() {
    return PREFIX + hex;
  }
}
