package dev.arpeggio.architecture.planted;

import java.util.HashMap;
import java.util.Map;

/** Goes through a map in the order of hashes. */
public final class HashOrder {
  public Map<String, Integer> ordered() {
    return new HashMap<>();
  }
}
