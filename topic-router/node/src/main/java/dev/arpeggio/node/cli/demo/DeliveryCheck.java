package dev.arpeggio.node.cli.demo;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.BitSet;
import java.util.HexFormat;

/**
 * Judges whether lines arrived as they were published: each once, in order, byte by byte. Line
 * numbers tell what went wrong; the digest of the bodies, in the order of arrival, tells whether
 * anything did. Not thread-safe.
 */
final class DeliveryCheck {
  /**
   * What was found.
   *
   * @param lost lines that never arrived
   * @param outOfOrder lines that arrived for the first time after a later one
   * @param duplicates arrivals of a line that had arrived before
   */
  record Verdict(
      long received,
      long lost,
      long outOfOrder,
      long duplicates,
      String publishedSha256,
      String consumedSha256) {
    boolean perfect() {
      return lost == 0
          && outOfOrder == 0
          && duplicates == 0
          && publishedSha256.equals(consumedSha256);
    }
  }

  private final BitSet seen = new BitSet();
  private final MessageDigest digest = newDigest();
  private long received;
  private int highest;
  private long outOfOrder;
  private long duplicates;

  /**
   * Takes the next arrival.
   *
   * @param line its number, counted from 1
   */
  void arrived(int line, byte[] body) {
    received++;
    update(digest, body);
    if (seen.get(line)) {
      duplicates++;
    } else {
      seen.set(line);
      if (line < highest) {
        outOfOrder++;
      }
      highest = Math.max(highest, line);
    }
  }

  /** How many different lines have arrived. */
  int distinct() {
    return seen.cardinality();
  }

  /**
   * Compares with what was published; ends the use of this object.
   *
   * @param lines how many were published
   * @param sha256 of their bodies, each followed by LF
   */
  Verdict against(int lines, String sha256) {
    BitSet missing = new BitSet();
    missing.set(1, lines + 1);
    missing.andNot(seen);
    return new Verdict(
        received, missing.cardinality(), outOfOrder, duplicates, sha256, hex(digest));
  }

  static MessageDigest newDigest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  static void update(MessageDigest digest, byte[] body) {
    digest.update(body);
    digest.update((byte) '\n');
  }

  static String hex(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest());
  }
}
