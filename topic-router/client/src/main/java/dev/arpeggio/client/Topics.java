package dev.arpeggio.client;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Several topics, by name or pattern, also those that do not exist yet. Immutable.
 *
 * <p>A pattern is a topic's name of which whole parts, between dots, may be wildcards: {@code *} is
 * any one part, {@code **} in the last place is one or more. {@code orders.*} are {@code orders.eu}
 * and {@code orders.us}, but neither {@code orders} nor {@code orders.eu.late}, which is one of
 * {@code orders.**}.
 *
 * <p>A wildcard in the last place does not stand for topics of dead letters: those whose name ends
 * with {@code .dead}, and those that a topic names as its own. Whoever wants them spells the last
 * part out, as in {@code *.dead}: otherwise, a consumer that rejects a message would get it again.
 */
public final class Topics {
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(5);
  private static final Duration LONGEST_WAIT = Duration.ofDays(1);
  private static final int MOST_PATTERNS = 1_000;

  private final List<TopicPattern> patterns;
  private final Duration lookAgain;

  private Topics(List<TopicPattern> patterns, Duration lookAgain) {
    this.patterns = patterns;
    this.lookAgain = lookAgain;
  }

  /**
   * All topics that match at least one of these.
   *
   * @param patterns names, or patterns
   * @throws IllegalArgumentException if one is neither, or there are none or more than 1,000
   */
  public static Topics matching(String... patterns) {
    if (patterns.length == 0 || patterns.length > MOST_PATTERNS) {
      throw new IllegalArgumentException(
          "not in 1 .. " + MOST_PATTERNS + " patterns: " + patterns.length);
    }
    return new Topics(Arrays.stream(patterns).map(TopicPattern::parse).toList(), LOOK_AGAIN);
  }

  /** Whether this is a pattern rather than the name of one topic. */
  public static boolean isPattern(String text) {
    return text.indexOf('*') >= 0;
  }

  /**
   * How often to look for new topics (every 5 s): a topic is consumed no later than that after it
   * was created, plus the time that its nodes take.
   *
   * @throws IllegalArgumentException if it is not positive or longer than a day
   */
  public Topics lookingEvery(Duration time) {
    if (time.isZero() || time.isNegative() || time.compareTo(LONGEST_WAIT) > 0) {
      throw new IllegalArgumentException("not within " + LONGEST_WAIT + ": " + time);
    }
    return new Topics(patterns, time);
  }

  Duration lookAgain() {
    return lookAgain;
  }

  /**
   * @param takesDeadLetters whether some topic sends its dead letters there
   */
  boolean include(String topic, boolean takesDeadLetters) {
    return patterns.stream().anyMatch(pattern -> pattern.matches(topic, takesDeadLetters));
  }

  @Override
  public String toString() {
    return patterns.stream().map(TopicPattern::toString).collect(Collectors.joining(","));
  }

  private record TopicPattern(String text, Pattern names, boolean openEnded) {
    private static final Pattern WELL_FORMED =
        Pattern.compile("(([A-Za-z0-9_-]*|\\*)\\.)*([A-Za-z0-9_-]*|\\*\\*?)");
    private static final int MAX_LENGTH = 249;
    private static final String DEAD_LETTERS = ".dead";

    static TopicPattern parse(String text) {
      if (text.isEmpty() || text.length() > MAX_LENGTH || !WELL_FORMED.matcher(text).matches()) {
        throw new IllegalArgumentException("not a topic's name or a pattern of names: " + text);
      }
      String names =
          Arrays.stream(text.split("\\.", -1))
              .map(TopicPattern::expression)
              .collect(Collectors.joining("\\."));
      return new TopicPattern(text, Pattern.compile(names), text.endsWith("*"));
    }

    private static String expression(String part) {
      return switch (part) {
        case "*" -> "[^.]+";
        case "**" -> ".+";
        default -> Pattern.quote(part);
      };
    }

    boolean matches(String topic, boolean takesDeadLetters) {
      boolean deadLetters = takesDeadLetters || topic.endsWith(DEAD_LETTERS);
      return names.matcher(topic).matches() && !(openEnded && deadLetters);
    }

    @Override
    public String toString() {
      return text;
    }
  }
}
