package dev.arpeggio.client;

/**
 * The state of a subscription in one partition.
 *
 * @param subscription its name
 * @param acknowledgedFloor every message below is acknowledged
 * @param backlog messages not acknowledged, leased ones included
 * @param leased messages that a consumer holds
 * @param consumers consumers attached
 */
public record SubscriptionInfo(
    String subscription, long acknowledgedFloor, long backlog, long leased, int consumers) {}
