package dev.arpeggio.simulator.hunt;

import dev.arpeggio.chord.MemberState;
import dev.arpeggio.chord.Peer;
import dev.arpeggio.chord.transport.RingQuery;
import dev.arpeggio.chord.transport.RingResponse;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What nodes say, for a trace: numbers of nodes instead of identifiers. */
final class PlainWords {
  private PlainWords() {}

  static String of(RingQuery query) {
    if (query instanceof RingQuery.Notify notify) {
      return "notify " + name(notify.candidate());
    } else if (query instanceof RingQuery.Leave leave) {
      return "leave " + state(leave.leaver());
    } else if (query instanceof RingQuery.Route route) {
      return "route " + route.key();
    } else if (query instanceof RingQuery.GetState) {
      return "state?";
    }
    return "ping";
  }

  static String of(RingResponse response) {
    if (response instanceof RingResponse.State state) {
      return "state " + state(state.member());
    } else if (response instanceof RingResponse.Owner owner) {
      return "owner " + name(owner.owner()) + " says " + name(owner.predecessor());
    } else if (response instanceof RingResponse.Closer closer) {
      return "closer " + names(closer.candidates());
    } else if (response instanceof RingResponse.Alive alive) {
      return "alive " + name(alive.self());
    } else if (response instanceof RingResponse.Busy) {
      return "busy";
    }
    return "accepted";
  }

  static String state(MemberState member) {
    return "of "
        + name(member.self())
        + " predecessor "
        + name(member.predecessor())
        + " successors "
        + names(member.successors());
  }

  private static String names(List<Peer> peers) {
    return peers.isEmpty()
        ? "-"
        : peers.stream().map(PlainWords::name).collect(Collectors.joining(" "));
  }

  private static String name(@Nullable Peer peer) {
    return peer == null ? "-" : Identifiers.name(peer);
  }
}
