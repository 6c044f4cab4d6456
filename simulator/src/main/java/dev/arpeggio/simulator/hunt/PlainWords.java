package dev.arpeggio.simulator.hunt;

import dev.arpeggio.chord.MemberState;
import dev.arpeggio.chord.Peer;
import dev.arpeggio.chord.transport.CallFailure;
import dev.arpeggio.chord.transport.RingQuery;
import dev.arpeggio.chord.transport.RingResponse;
import dev.arpeggio.simulator.terminal.Label;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What nodes say, for a trace: one word for its kind, and numbers of nodes for identifiers. */
final class PlainWords {
  private PlainWords() {}

  static String kind(RingQuery query) {
    if (query instanceof RingQuery.Notify) {
      return "notify";
    } else if (query instanceof RingQuery.Leave) {
      return "leave";
    } else if (query instanceof RingQuery.Route) {
      return "route";
    } else if (query instanceof RingQuery.Forward) {
      return "forward";
    } else if (query instanceof RingQuery.Found) {
      return "found";
    }
    return query instanceof RingQuery.GetState ? "state?" : "ping";
  }

  static String detail(RingQuery query) {
    if (query instanceof RingQuery.Notify notify) {
      return "candidate " + name(notify.candidate());
    } else if (query instanceof RingQuery.Leave leave) {
      return detail(leave.leaver());
    } else if (query instanceof RingQuery.Route route) {
      return "key " + route.key();
    } else if (query instanceof RingQuery.Forward forward) {
      return "key " + forward.key() + " asker " + name(forward.asker());
    } else if (query instanceof RingQuery.Found found) {
      return "key " + found.key() + " owner " + name(found.owner());
    }
    return "";
  }

  static String kind(RingResponse response) {
    if (response instanceof RingResponse.State) {
      return "state";
    } else if (response instanceof RingResponse.Owner) {
      return "owner";
    } else if (response instanceof RingResponse.Closer) {
      return "closer";
    } else if (response instanceof RingResponse.Alive) {
      return "alive";
    } else if (response instanceof RingResponse.Refused) {
      return "refused";
    }
    return response instanceof RingResponse.Busy ? "busy" : "accepted";
  }

  static String detail(RingResponse response) {
    if (response instanceof RingResponse.State state) {
      return detail(state.member());
    } else if (response instanceof RingResponse.Owner owner) {
      return "owner " + name(owner.owner()) + " predecessor " + name(owner.predecessor());
    } else if (response instanceof RingResponse.Closer closer) {
      return "candidates " + names(closer.candidates());
    } else if (response instanceof RingResponse.Alive alive) {
      return "self " + name(alive.self());
    } else if (response instanceof RingResponse.Refused refused) {
      return Label.of(refused.reason());
    }
    return "";
  }

  static String kind(CallFailure failure) {
    if (failure instanceof CallFailure.Refused) {
      return "refused";
    }
    return failure instanceof CallFailure.Unreachable ? "unreachable" : "timed-out";
  }

  private static String detail(MemberState member) {
    return "self "
        + name(member.self())
        + " "
        + neighbours(member.predecessor(), member.successors());
  }

  static String neighbours(@Nullable Peer predecessor, List<Peer> successors) {
    return "predecessor " + name(predecessor) + " successors " + names(successors);
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
