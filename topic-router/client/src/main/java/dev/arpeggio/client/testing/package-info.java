/**
 * For tests of applications: a broker in the memory of the test's own process.
 *
 * <p>Public is {@link dev.arpeggio.client.testing.InMemoryBroker}; the rest is the broker itself.
 * It speaks the wire protocol on a port of the loopback interface, so everything of the client
 * library is what runs in production, and it passes the same tests as real nodes do. One monitor
 * guards all of it; its time is a number that a test moves, and no other clock is read.
 */
@NullMarked
package dev.arpeggio.client.testing;

import org.jspecify.annotations.NullMarked;
