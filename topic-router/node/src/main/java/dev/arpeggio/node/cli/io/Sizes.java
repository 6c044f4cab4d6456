package dev.arpeggio.node.cli.io;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Numbers of bytes as people write them: {@code 4096}, {@code 64KiB}, {@code 10GiB}. */
public final class Sizes implements ITypeConverter<Long> {
  private static final Pattern FORM = Pattern.compile("(\\d{1,19})(|KiB|MiB|GiB|TiB)");
  private static final List<String> UNITS = List.of("", "KiB", "MiB", "GiB", "TiB");
  private static final int UNIT_BITS = 10;

  @Override
  public Long convert(String value) {
    Matcher matcher = FORM.matcher(value);
    if (matcher.matches()) {
      try {
        return Math.multiplyExact(
            Long.parseLong(matcher.group(1)), 1L << (UNIT_BITS * UNITS.indexOf(matcher.group(2))));
      } catch (NumberFormatException | ArithmeticException e) {
        throw new TypeConversionException("'" + value + "' is more bytes than there can be");
      }
    }
    throw new TypeConversionException(
        "'" + value + "' is not a number of bytes such as 4096, 64KiB, 5MiB or 10GiB");
  }

  /** In the largest unit that needs no fraction: {@code 10 GiB}, {@code 1,000 bytes}. */
  public static String text(long bytes) {
    int unit = 0;
    long number = bytes;
    while (number != 0 && unit + 1 < UNITS.size() && number % (1L << UNIT_BITS) == 0) {
      number >>= UNIT_BITS;
      unit++;
    }
    return unit == 0
        ? Figures.count(number, "byte")
        : Figures.count(number) + " " + UNITS.get(unit);
  }
}
