package dev.arpeggio.node.cli;

import java.util.regex.Pattern;

/** Which settings are not for other people's eyes. A file that holds a secret is none itself. */
final class Secrets {
  private static final Pattern NAME = Pattern.compile("(.*-)?(token|password|passphrase|secret)");

  private Secrets() {}

  /** The value, or stars for it. */
  static String masked(String setting, String value) {
    return NAME.matcher(setting).matches() && !value.isEmpty() ? "****" : value;
  }
}
