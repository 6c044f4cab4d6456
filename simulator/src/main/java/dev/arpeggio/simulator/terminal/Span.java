package dev.arpeggio.simulator.terminal;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Whole numbers from one to another, both included; written {@code 4..20}, or {@code 4} for one.
 */
public record Span(long first, long last) {
  /** Reads a span from the command line. */
  public static final class Converter implements ITypeConverter<Span> {
    @Override
    public Span convert(String text) {
      try {
        int dots = text.indexOf("..");
        Span span =
            dots < 0
                ? new Span(Long.parseLong(text), Long.parseLong(text))
                : new Span(
                    Long.parseLong(text.substring(0, dots)),
                    Long.parseLong(text.substring(dots + 2)));
        if (span.first() > span.last()) {
          throw new TypeConversionException("'" + text + "' ends before it begins");
        }
        return span;
      } catch (NumberFormatException e) {
        throw new TypeConversionException("'" + text + "' is not like 4..20");
      }
    }
  }
}
