package dev.arpeggio.queue;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a consumer requests of a topic; null: whatever it is.
 *
 * @param ownership exactly this
 * @param reliability at least this
 * @param durability at least this
 * @param deadline messages of a key follow each other at least this fast
 * @param lease a publisher that is gone is noticed at least this fast
 */
public record QosRequest(
    Qos.@Nullable Ownership ownership,
    Qos.@Nullable Reliability reliability,
    Qos.@Nullable Durability durability,
    @Nullable Duration deadline,
    @Nullable Duration lease) {
  /** Requests nothing. */
  public static final QosRequest ANY = new QosRequest(null, null, null, null, null);
}
