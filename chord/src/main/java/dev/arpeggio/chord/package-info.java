/**
 * The ring: nodes that find out by themselves who is responsible for which key. {@link
 * dev.arpeggio.chord.ChordNode} is the centre; around it are values ({@code RingId}, {@code Peer},
 * {@code RingView}), the ports through which a node touches the world ({@code EventLoop}, {@code
 * RingTransport}, a random generator), and tools for whoever watches a ring ({@code RingWalk},
 * {@code RingCheck}, {@code RouteTrace}).
 *
 * <p>Follows P. Zave, "How to make Chord correct" (arXiv 1502.06461), for maintenance and I. Stoica
 * et al., "Chord: a scalable peer-to-peer lookup protocol for Internet applications" (IEEE/ACM ToN
 * 11(1), 2003), for the rest; where this code decides for itself, {@code docs/decisions} says so.
 *
 * <p>Everything runs on the loop of its node. No thread, lock, clock, socket or random generator of
 * its own, no iteration in hash order, and nothing of any transport may come in here.
 */
@NullMarked
package dev.arpeggio.chord;

import org.jspecify.annotations.NullMarked;
