package dev.arpeggio.queue;

/**
 * The rule for the names of topics, subscriptions and members, each of which becomes the name of a
 * znode.
 */
final class Names {
  private static final int MAX_LENGTH = 249;

  private Names() {}

  static boolean isValid(String name) {
    if (name.isEmpty() || name.length() > MAX_LENGTH || name.equals(".") || name.equals("..")) {
      return false;
    }
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean good =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || c == '.'
              || c == '_'
              || c == '-';
      if (!good) {
        return false;
      }
    }
    return true;
  }
}
