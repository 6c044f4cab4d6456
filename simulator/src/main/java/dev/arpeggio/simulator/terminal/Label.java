package dev.arpeggio.simulator.terminal;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Constants as users read and write them: in small letters, with hyphens. */
public final class Label {
  private Label() {}

  /** The label of a constant. */
  public static String of(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The constant with this label. */
  public static <E extends Enum<E>> Optional<E> find(Class<E> type, String label) {
    return Arrays.stream(type.getEnumConstants())
        .filter(constant -> of(constant).equals(label))
        .findFirst();
  }
}
