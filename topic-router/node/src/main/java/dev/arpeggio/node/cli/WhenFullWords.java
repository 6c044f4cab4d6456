package dev.arpeggio.node.cli;

import dev.arpeggio.client.WhenFull;
import java.util.Iterator;
import java.util.Locale;
import java.util.stream.Stream;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads and writes what a full partition does, such as drop-oldest. */
final class WhenFullWords implements ITypeConverter<WhenFull>, Iterable<String> {
  @Override
  public WhenFull convert(String text) {
    return Stream.of(WhenFull.values())
        .filter(reaction -> text(reaction).equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                new TypeConversionException(
                    "'" + text + "' is not one of " + String.join(", ", this)));
  }

  @Override
  public Iterator<String> iterator() {
    return Stream.of(WhenFull.values()).map(WhenFullWords::text).iterator();
  }

  static String text(WhenFull reaction) {
    return reaction.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
