package dev.arpeggio.client;

import java.time.Duration;
import java.util.Optional;

/**
 * The state of a subscription in one partition.
 *
 * @param subscription its name
 * @param acknowledgedFloor every message below is acknowledged
 * @param backlog messages not acknowledged, leased ones included
 * @param leased messages that a consumer holds
 * @param consumers consumers attached
 * @param waiting messages that came back, and wait for their time
 * @param redelivered messages that came back since the owner took over
 * @param moving messages on their way to other topics, which are not part of the backlog
 * @param moved messages that arrived at other topics since the owner took over
 * @param movesStuck a topic does not take what it was last asked to take
 * @param headAge since when the oldest message that is not acknowledged is stored; empty: there is
 *     none, or it was not read yet
 */
public record SubscriptionInfo(
    String subscription,
    long acknowledgedFloor,
    long backlog,
    long leased,
    int consumers,
    long waiting,
    long redelivered,
    long moving,
    long moved,
    boolean movesStuck,
    Optional<Duration> headAge) {}
