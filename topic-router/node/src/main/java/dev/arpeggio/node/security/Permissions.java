package dev.arpeggio.node.security;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Who may do what to which topics; what is not named is not allowed. Lines of principal, pattern
 * and actions, {@code PRINCIPAL node} for each node. Immutable.
 */
public final class Permissions {
  /** The pattern that fits every topic; no topic is called so. */
  static final String EVERY_TOPIC = "*";

  private static final String NODE = "node";
  private static final Pattern PATTERN = Pattern.compile("[A-Za-z0-9._-]{1,249}\\*?|\\*");

  private record Grant(String pattern, Set<Action> actions) {
    boolean fits(String topic) {
      return pattern.endsWith("*")
          ? topic.startsWith(pattern.substring(0, pattern.length() - 1))
          : topic.equals(pattern);
    }
  }

  private final Map<String, List<Grant>> grants;
  private final Set<String> nodes;

  private Permissions(Map<String, List<Grant>> grants, Set<String> nodes) {
    this.grants = grants;
    this.nodes = nodes;
  }

  /** Nobody may do anything. */
  public static Permissions none() {
    return new Permissions(Map.of(), Set.of());
  }

  /**
   * Reads the content of a file.
   *
   * @throws BadFileException if a line has another form
   */
  public static Permissions parse(byte[] content) throws BadFileException {
    Map<String, List<Grant>> grants = new TreeMap<>();
    Set<String> nodes = new TreeSet<>();
    for (Lines.Line line : Lines.of(content)) {
      List<String> fields = line.fields();
      if (!Identity.isName(fields.get(0))) {
        throw BadFileException.atLine(line.number(), "begins with what is no name of a principal");
      }
      if (fields.size() == 2 && fields.get(1).equals(NODE)) {
        nodes.add(fields.get(0));
      } else if (fields.size() == 3) {
        grants
            .computeIfAbsent(fields.get(0), principal -> new ArrayList<>())
            .add(grant(line.number(), fields.get(1), fields.get(2)));
      } else {
        throw BadFileException.atLine(
            line.number(), "is neither PRINCIPAL PATTERN ACTION[,ACTION...] nor PRINCIPAL node");
      }
    }
    return new Permissions(grants, nodes);
  }

  private static Grant grant(int line, String pattern, String words) throws BadFileException {
    if (!PATTERN.matcher(pattern).matches()) {
      throw BadFileException.atLine(
          line, "has a pattern that is neither a topic nor PREFIX* nor *");
    }
    Set<Action> actions = EnumSet.noneOf(Action.class);
    for (String word : words.split(",", -1)) {
      actions.add(
          Action.of(word)
              .orElseThrow(
                  () ->
                      BadFileException.atLine(
                          line, "has an action other than publish, consume and administer")));
    }
    return new Grant(pattern, actions);
  }

  boolean isNode(String principal) {
    return nodes.contains(principal);
  }

  boolean allow(String principal, Need need) {
    if (need instanceof Need.To to) {
      return allow(principal, to.action(), to.topic());
    } else if (need instanceof Need.Everywhere everywhere) {
      return allow(principal, everywhere.action(), EVERY_TOPIC);
    } else if (need instanceof Need.See see) {
      return grantsOf(principal).stream().anyMatch(grant -> grant.fits(see.topic()));
    } else if (need instanceof Need.Enter) {
      return grants.containsKey(principal);
    }
    // Only nodes are nodes, and they were let through before.
    return false;
  }

  private boolean allow(String principal, Action action, String topic) {
    return grantsOf(principal).stream()
        .anyMatch(grant -> grant.actions().contains(action) && grant.fits(topic));
  }

  private List<Grant> grantsOf(String principal) {
    return grants.getOrDefault(principal, List.of());
  }
}
