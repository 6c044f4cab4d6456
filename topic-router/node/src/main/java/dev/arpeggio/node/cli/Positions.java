package dev.arpeggio.node.cli;

import dev.arpeggio.client.Position;
import dev.arpeggio.node.cli.io.Durations;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Reads a place in a log: {@code earliest}, {@code latest}, an offset such as {@code 1200}, a time
 * such as {@code 2026-11-21T10:00:00Z}, or {@code 90m-ago}.
 */
final class Positions implements ITypeConverter<Position> {
  private static final String AGO = "-ago";

  @Override
  public Position convert(String text) {
    if (text.equals("earliest")) {
      return Position.earliest();
    }
    if (text.equals("latest")) {
      return Position.latest();
    }
    try {
      if (text.matches("\\d{1,19}")) {
        return Position.offset(Long.parseLong(text));
      }
      if (text.endsWith(AGO)) {
        String time = text.substring(0, text.length() - AGO.length());
        return Position.time(Instant.now().minus(new Durations().convert(time)));
      }
      return Position.time(Instant.parse(text));
    } catch (IllegalArgumentException | DateTimeParseException e) {
      throw new TypeConversionException(
          "'"
              + text
              + "' is not earliest, latest, an offset, a time such as 2026-11-21T10:00:00Z,"
              + " or 90m-ago");
    }
  }
}
