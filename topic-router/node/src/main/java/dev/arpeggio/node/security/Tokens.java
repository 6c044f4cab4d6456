package dev.arpeggio.node.security;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Whose tokens are good: lines of principal, digest and, where a token is good for a time only, the
 * instant at which it ends. A principal may have several, so that one can be replaced. Immutable.
 */
public final class Tokens {
  private final Map<TokenDigest, Identity> owners;

  private Tokens(Map<TokenDigest, Identity> owners) {
    this.owners = owners;
  }

  /** Nobody has one. */
  public static Tokens none() {
    return new Tokens(Map.of());
  }

  /**
   * Reads the content of a file.
   *
   * @throws BadFileException if a line has another form, or two have the same digest
   */
  public static Tokens parse(byte[] content) throws BadFileException {
    Map<TokenDigest, Identity> owners = new LinkedHashMap<>();
    for (Lines.Line line : Lines.of(content)) {
      List<String> fields = line.fields();
      if (fields.size() < 2 || fields.size() > 3) {
        throw BadFileException.atLine(line.number(), "is not PRINCIPAL sha256:DIGEST [EXPIRY]");
      }
      if (!Identity.isName(fields.get(0))) {
        throw BadFileException.atLine(line.number(), "begins with what is no name of a principal");
      }
      Optional<TokenDigest> digest = TokenDigest.parse(fields.get(1));
      if (digest.isEmpty()) {
        throw BadFileException.atLine(
            line.number(), "has no sha256: and 64 hexadecimal digits after the principal");
      }
      Instant until = fields.size() == 3 ? instant(line.number(), fields.get(2)) : Instant.MAX;
      if (owners.put(digest.get(), new Identity(fields.get(0), until)) != null) {
        throw BadFileException.atLine(line.number(), "repeats the digest of an earlier one");
      }
    }
    return new Tokens(owners);
  }

  private static Instant instant(int line, String text) throws BadFileException {
    try {
      return Instant.parse(text);
    } catch (DateTimeException e) {
      throw BadFileException.atLine(line, "has an expiry unlike 2027-01-31T00:00:00Z");
    }
  }

  Optional<Identity> owner(TokenDigest token) {
    return Optional.ofNullable(owners.get(token));
  }
}
