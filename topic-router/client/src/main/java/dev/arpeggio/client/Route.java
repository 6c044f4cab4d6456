package dev.arpeggio.client;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a client knows of a topic's whereabouts. Immutable.
 *
 * @param version rises with every answer from a node
 * @param maxMessageBytes largest encoded message that the topic takes
 * @param owners per partition; empty where the ring could not say
 */
record Route(long version, int maxMessageBytes, List<Optional<String>> owners) {
  Route {
    owners = List.copyOf(owners);
  }

  int partitions() {
    return owners.size();
  }

  Route withOwner(int partition, String owner) {
    List<Optional<String>> changed = new ArrayList<>(owners);
    changed.set(partition, Optional.of(owner));
    return new Route(version, maxMessageBytes, changed);
  }
}
