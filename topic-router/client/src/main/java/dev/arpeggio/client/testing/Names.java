package dev.arpeggio.client.testing;

import java.util.regex.Pattern;

/** The rule for names of topics and subscriptions. Stateless. */
final class Names {
  private static final Pattern VALID = Pattern.compile("(?!\\.\\.?$)[A-Za-z0-9._-]{1,249}");

  private Names() {}

  static boolean isValid(String name) {
    return VALID.matcher(name).matches();
  }

  /** The name, unless it breaks the rule. */
  static String checked(String name) {
    if (!isValid(name)) {
      throw Refusals.invalidName(name);
    }
    return name;
  }
}
