package dev.arpeggio.node.security;

/** What a call asks for, and what its caller must be allowed. */
public sealed interface Need {
  /** For the caller's ears: which permission it would take. */
  String word();

  /** The topic that it is about; empty if none. */
  default String topic() {
    return "";
  }

  /** To do this to that topic. */
  record To(Action action, String topic) implements Need {
    @Override
    public String word() {
      return action.word();
    }
  }

  /** To do this to whatever topics there are. */
  record Everywhere(Action action) implements Need {
    @Override
    public String word() {
      return action.word();
    }

    @Override
    public String topic() {
      return Permissions.EVERY_TOPIC;
    }
  }

  /** To know that there is such a topic: whoever may do anything to it. */
  record See(String topic) implements Need {
    @Override
    public String word() {
      return "describe";
    }
  }

  /** To know the cluster: whoever is named at all. */
  record Enter() implements Need {
    @Override
    public String word() {
      return "connect";
    }
  }

  /** To be a node of this cluster. */
  record BeNode() implements Need {
    @Override
    public String word() {
      return "node";
    }
  }
}
