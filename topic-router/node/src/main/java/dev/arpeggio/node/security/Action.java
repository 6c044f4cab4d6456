package dev.arpeggio.node.security;

import java.util.Locale;
import java.util.Optional;

/** What can be allowed for a topic, by the word that the file of permissions uses. */
public enum Action {
  PUBLISH,
  CONSUME,
  ADMINISTER;

  static Optional<Action> of(String word) {
    for (Action action : values()) {
      if (action.word().equals(word)) {
        return Optional.of(action);
      }
    }
    return Optional.empty();
  }

  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
