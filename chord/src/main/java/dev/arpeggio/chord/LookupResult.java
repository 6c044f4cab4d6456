package dev.arpeggio.chord;

/**
 * Who a key belongs to.
 *
 * @param owner the first live member at or after the key, as the key's predecessor sees it
 * @param hops nodes asked on the way to that answer; 0 if the asking node was itself the key's
 *     predecessor
 */
public record LookupResult(Peer owner, int hops) {}
