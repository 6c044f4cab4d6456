package dev.arpeggio.simulator.hunt;

import dev.arpeggio.chord.Mutant;
import dev.arpeggio.simulator.Fingerprint;
import dev.arpeggio.simulator.terminal.Label;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Schedules as text, one fact a line. The first line names the format and its version, the last one
 * holds a hash over all lines before it, because a schedule that was edited by hand is another one
 * and would not show what it is kept to show.
 */
final class ScheduleText {
  private static final String FORMAT = "arpeggio-schedule 2";
  private static final int MAX_LINES = 10_000;
  private static final int MAX_MILLIS = 600_000;

  private ScheduleText() {}

  /**
   * Writes a schedule down.
   *
   * @param remark one line for the reader, of no consequence
   */
  static String write(Schedule schedule, String remark) {
    List<String> lines = new ArrayList<>();
    lines.add(FORMAT);
    lines.add("remark " + remark.replaceAll("\\s+", " "));
    lines.add("class " + Label.of(schedule.runClass()));
    lines.add("pace " + Label.of(schedule.pacing()));
    lines.add("mutant " + Label.of(schedule.mutant()));
    lines.add("seed " + schedule.seed());
    lines.add("successors " + schedule.successors());
    lines.add("members " + numbers(schedule.members()));
    lines.add("duration " + schedule.durationMillis() + " ms");
    for (Schedule.Timed timed : schedule.actions()) {
      lines.add("at " + timed.micros() + " us " + words(timed.action()));
    }
    lines.add("hash " + hash(lines));
    return String.join("\n", lines) + "\n";
  }

  /** An action in words. */
  static String words(Action action) {
    String object = object(action);
    return object.isEmpty() ? verb(action) : verb(action) + " " + object;
  }

  /** What an action does. */
  static String verb(Action action) {
    return action instanceof Action.Heal ? "heal" : Label.of(action.fault());
  }

  /** What an action does it to, and how much. */
  static String object(Action action) {
    if (action instanceof Action.Life life) {
      return numbers(life.nodes());
    } else if (action instanceof Action.Cut cut) {
      return numbers(cut.nodes());
    } else if (action instanceof Action.Disturb disturb) {
      return disturb.percent() + " % " + disturb.millis() + " ms";
    } else if (action instanceof Action.Hamper hamper) {
      String unit = hamper.fault() == Fault.DRIFT ? "%" : "ms";
      return hamper.node() + " " + hamper.amount() + " " + unit;
    }
    return "";
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws IllegalArgumentException if it is something else; the message says where and why
   */
  static Schedule read(String text) {
    List<String> lines = text.lines().toList();
    if (lines.isEmpty() || !lines.get(0).equals(FORMAT)) {
      throw new IllegalArgumentException("line 1 is not '" + FORMAT + "'");
    }
    int last = lines.size() - 1;
    if (last > MAX_LINES) {
      throw new IllegalArgumentException("more than " + MAX_LINES + " lines");
    }
    if (last < 9 || !lines.get(last).equals("hash " + hash(lines.subList(0, last)))) {
      throw new IllegalArgumentException("it was cut short or edited: the hash does not match");
    }
    Reader reader = new Reader(lines);
    reader.word("remark");
    RunClass runClass = reader.constant(RunClass.class, reader.word("class"));
    Pacing pacing = reader.constant(Pacing.class, reader.word("pace"));
    Mutant mutant = reader.constant(Mutant.class, reader.word("mutant"));
    long seed = reader.number(reader.word("seed"), Long.MIN_VALUE, Long.MAX_VALUE);
    int successors = (int) reader.number(reader.word("successors"), 1, 64);
    List<Integer> members = reader.numbers(reader.words("members"));
    if (members.size() <= successors) {
      throw reader.wrong(
          members.size() + " members are too few for lists of " + successors + " successors");
    }
    return new Schedule(
        runClass,
        pacing,
        mutant,
        seed,
        successors,
        members,
        (int) reader.number(reader.words("duration").get(0), 0, MAX_MILLIS),
        reader.actions(last));
  }

  /** Numbers of nodes. */
  static String numbers(List<Integer> numbers) {
    return numbers.stream().map(String::valueOf).collect(Collectors.joining(" "));
  }

  private static String hash(List<String> lines) {
    Fingerprint hash = new Fingerprint();
    for (String line : lines) {
      line.chars().forEach(hash::add);
      hash.add('\n');
    }
    return String.format(Locale.ROOT, "%016x", hash.value());
  }

  private static final class Reader {
    private static final Set<Fault> LIVES =
        EnumSet.of(
            Fault.CRASH,
            Fault.POWER_LOSS,
            Fault.RESTART,
            Fault.JOIN,
            Fault.JOIN_STORM,
            Fault.LEAVE,
            Fault.MASS_LEAVE);
    private static final Set<Fault> HAMPERS = EnumSet.of(Fault.PAUSE, Fault.DRIFT, Fault.SLOW);

    private final List<String> lines;
    private int at;

    Reader(List<String> lines) {
      this.lines = lines;
    }

    String word(String name) {
      return String.join(" ", words(name));
    }

    List<String> words(String name) {
      at++;
      List<String> words = Arrays.asList(lines.get(at).split(" ", -1));
      if (words.size() < 2 || !words.get(0).equals(name)) {
        throw wrong("should begin with '" + name + "'");
      }
      return words.subList(1, words.size());
    }

    List<Schedule.Timed> actions(int end) {
      List<Schedule.Timed> actions = new ArrayList<>();
      while (at + 1 < end) {
        List<String> words = words("at");
        if (words.size() < 3) {
          throw wrong("should be 'at <time> us <action>'");
        }
        long micros = number(words.get(0), 0, MAX_MILLIS * 1000L);
        actions.add(new Schedule.Timed(micros, action(words.subList(2, words.size()))));
      }
      return actions;
    }

    private Action action(List<String> words) {
      if (words.get(0).equals("heal")) {
        return new Action.Heal();
      }
      Fault fault = constant(Fault.class, words.get(0));
      List<String> rest = words.subList(1, words.size());
      if (LIVES.contains(fault)) {
        return new Action.Life(fault, numbers(rest));
      }
      if (fault == Fault.PARTITION || fault == Fault.ONE_WAY) {
        return new Action.Cut(fault, numbers(rest));
      }
      if (rest.size() < 3) {
        throw wrong("has too few words");
      }
      if (HAMPERS.contains(fault)) {
        int node = (int) number(rest.get(0), 0, Schedule.MAX_NODES - 1);
        int amount = (int) number(rest.get(1), fault == Fault.DRIFT ? -90 : 0, MAX_MILLIS);
        return new Action.Hamper(fault, node, amount);
      }
      int percent = (int) number(rest.get(0), 0, 100);
      return new Action.Disturb(fault, percent, (int) number(rest.get(2), 0, MAX_MILLIS));
    }

    List<Integer> numbers(List<String> words) {
      return words.stream()
          .map(word -> (int) number(word, 0, Schedule.MAX_NODES - 1))
          .distinct()
          .toList();
    }

    long number(String word, long min, long max) {
      try {
        long number = Long.parseLong(word);
        if (number >= min && number <= max) {
          return number;
        }
      } catch (NumberFormatException e) {
        throw wrong("'" + word + "' is not a number");
      }
      throw wrong("'" + word + "' is not from " + min + " to " + max);
    }

    <E extends Enum<E>> E constant(Class<E> type, String word) {
      return Label.find(type, word).orElseThrow(() -> wrong("'" + word + "' is not known"));
    }

    IllegalArgumentException wrong(String why) {
      return new IllegalArgumentException("line " + (at + 1) + ": " + why);
    }
  }
}
