package dev.arpeggio.simulator.zookeeper;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.arpeggio.queue.ZooKeeperPort.Reply;
import dev.arpeggio.queue.ZooKeeperPort.Stat;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What each session of a script saw, in the order in which it saw it. Numbers that differ between
 * two servers of the same behaviour, of transactions and sessions, are replaced by the order of
 * their first appearance. Safe for the threads of a real client.
 */
final class Transcript {
  private final List<String> lines = new ArrayList<>();
  private final List<List<Function<Transcript, String>>> unread = new ArrayList<>();
  private final Map<Long, Integer> transactions = new LinkedHashMap<>();
  private final Map<Long, Integer> owners = new LinkedHashMap<>();

  Transcript(int sessions) {
    for (int i = 0; i < sessions; i++) {
      unread.add(new ArrayList<>());
    }
  }

  synchronized void event(int session, String kind, String path) {
    unread.get(session).add(unused -> "event " + kind + " " + path);
  }

  synchronized <T> void reply(
      int session, Object what, Reply<T> reply, Function<T, Function<Transcript, String>> show) {
    unread
        .get(session)
        .add(
            transcript ->
                what
                    + " -> "
                    + reply.code()
                    + (reply.isOk() ? show.apply(reply.get()).apply(transcript) : ""));
  }

  synchronized void line(int session, String line) {
    unread.get(session).add(unused -> line);
  }

  String stat(Stat stat) {
    return " v" + stat.version() + " t" + number(transactions, stat.creationId()) + owner(stat);
  }

  private String owner(Stat stat) {
    return stat.ephemeralOwner() == 0 ? "" : " e" + number(owners, stat.ephemeralOwner());
  }

  private static int number(Map<Long, Integer> known, long raw) {
    known.putIfAbsent(raw, known.size());
    return known.get(raw);
  }

  /**
   * Nothing more happens before the next step: what was seen is written down, session by session.
   *
   * @param inOrder false: a server may choose the order, as of what goes with a session
   */
  synchronized void settle(boolean inOrder) {
    for (int session = 0; session < unread.size(); session++) {
      List<String> seen = new ArrayList<>();
      for (Function<Transcript, String> line : unread.get(session)) {
        seen.add("session " + session + ": " + line.apply(this));
      }
      if (!inOrder) {
        Collections.sort(seen);
      }
      lines.addAll(seen);
      unread.get(session).clear();
    }
  }

  synchronized List<String> lines() {
    return List.copyOf(lines);
  }

  static String text(byte[] data) {
    return " '" + new String(data, UTF_8) + "'";
  }

  static String names(List<String> names) {
    return names.stream().sorted().collect(Collectors.joining(",", " [", "]"));
  }
}
