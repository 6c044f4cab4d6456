package dev.arpeggio.simulator.terminal;

import java.util.Arrays;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/**
 * What commands demand of their arguments. Whatever is not met ends the command with a {@link
 * ParameterException}, which is one line for the user.
 */
public final class Arguments {
  private static final long MAX_SEED = 1_000_000_000L;

  private final CommandSpec spec;

  /** Of one command. */
  public Arguments(CommandSpec spec) {
    this.spec = spec;
  }

  /** Demands that a rule holds. */
  public void require(boolean holds, String rule) {
    if (!holds) {
      throw new ParameterException(spec.commandLine(), rule);
    }
  }

  /** Demands that all of an option's numbers lie between two, both allowed. */
  public void requireWithin(String option, Span span, long min, long max) {
    require(span.first() >= min && span.last() <= max, option + " must lie in " + min + ".." + max);
  }

  /** Demands seeds that a campaign can count. */
  public void requireSeeds(Span seeds) {
    requireWithin("--seeds", seeds, 0, MAX_SEED);
  }

  /** The constant with this label. */
  public <E extends Enum<E>> E constant(Class<E> type, String label) {
    return Label.find(type, label)
        .orElseThrow(
            () ->
                new ParameterException(
                    spec.commandLine(),
                    "'"
                        + label
                        + "' is none of "
                        + Arrays.stream(type.getEnumConstants())
                            .map(Label::of)
                            .collect(Collectors.joining(", "))));
  }
}
