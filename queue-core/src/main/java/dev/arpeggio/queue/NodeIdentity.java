package dev.arpeggio.queue;

/**
 * A node, as other nodes and clients know it.
 *
 * @param name unique in the cluster; follows the rule for topic names
 * @param address host:port where clients reach it; no line breaks
 */
public record NodeIdentity(String name, String address) {
  public NodeIdentity {
    if (!Names.isValid(name)) {
      throw new IllegalArgumentException("not a node name: " + name);
    }
    if (address.isEmpty()
        || address.length() > 512
        || address.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException("not an address: " + address);
    }
  }
}
