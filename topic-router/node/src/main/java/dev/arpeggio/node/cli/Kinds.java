package dev.arpeggio.node.cli;

import dev.arpeggio.client.SubscriptionKind;
import java.util.Iterator;
import java.util.Locale;
import java.util.stream.Stream;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a kind of subscription, such as key-shared. */
final class Kinds implements ITypeConverter<SubscriptionKind>, Iterable<String> {
  @Override
  public SubscriptionKind convert(String text) {
    return Stream.of(SubscriptionKind.values())
        .filter(kind -> name(kind).equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                new TypeConversionException(
                    "'" + text + "' is not one of " + String.join(", ", this)));
  }

  @Override
  public Iterator<String> iterator() {
    return Stream.of(SubscriptionKind.values()).map(Kinds::name).iterator();
  }

  private static String name(SubscriptionKind kind) {
    return kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
