package dev.arpeggio.node.security;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;

/** A token just made, to be told once. */
public final class NewToken {
  private static final int BYTES = 32;

  /** By which those who search for secrets that got lost recognise one. */
  private static final String PREFIX = "arpeggio_";

  private final String token;
  private final String line;

  private NewToken(String token, String line) {
    this.token = token;
    this.line = line;
  }

  /**
   * Makes a token.
   *
   * @throws IllegalArgumentException if no principal can be called so
   */
  public static NewToken of(String principal, Optional<Instant> expiry, SecureRandom random) {
    Identity owner = new Identity(principal, expiry.orElse(Instant.MAX));
    byte[] secret = new byte[BYTES];
    random.nextBytes(secret);
    String token = PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
    return new NewToken(
        token,
        owner.principal()
            + " "
            + TokenDigest.of(token)
            + expiry.map(instant -> " " + instant).orElse(""));
  }

  /** The secret. */
  public String token() {
    return token;
  }

  /** What the nodes' file of tokens needs to hold. */
  public String line() {
    return line;
  }

  @Override
  public String toString() {
    return "NewToken[" + line + "]";
  }
}
