package dev.arpeggio.simulator;

import dev.arpeggio.chord.MemberState;
import dev.arpeggio.chord.Peer;
import dev.arpeggio.chord.RingId;
import dev.arpeggio.chord.transport.CallFailure;
import dev.arpeggio.chord.transport.RefusalReason;
import dev.arpeggio.chord.transport.RingQuery;
import dev.arpeggio.chord.transport.RingResponse;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Hashes of what messages say that are the same in every run of every JVM, which {@code hashCode}
 * of a record with an enum in it is not.
 */
public final class PayloadHash {
  private final Fingerprint hash = new Fingerprint();

  private PayloadHash() {}

  public static long of(RingQuery query) {
    PayloadHash hash = new PayloadHash();
    hash.text(query.getClass().getSimpleName());
    if (query instanceof RingQuery.Route route) {
      hash.id(route.key());
      hash.ids(route.avoid());
    } else if (query instanceof RingQuery.Forward forward) {
      hash.forward(forward);
    } else if (query instanceof RingQuery.Found found) {
      hash.found(found);
    } else if (query instanceof RingQuery.Notify notify) {
      hash.peer(notify.candidate());
    } else if (query instanceof RingQuery.Leave leave) {
      hash.member(leave.leaver());
    }
    return hash.hash.value();
  }

  public static long of(RingResponse response) {
    PayloadHash hash = new PayloadHash();
    hash.text(response.getClass().getSimpleName());
    if (response instanceof RingResponse.Alive alive) {
      hash.peer(alive.self());
    } else if (response instanceof RingResponse.State state) {
      hash.member(state.member());
    } else if (response instanceof RingResponse.Owner owner) {
      hash.peer(owner.predecessor());
      hash.peer(owner.owner());
    } else if (response instanceof RingResponse.Closer closer) {
      hash.peers(closer.candidates());
    } else if (response instanceof RingResponse.Refused refused) {
      hash.refusal(refused.reason(), refused.detail());
    }
    return hash.hash.value();
  }

  public static long of(CallFailure failure) {
    PayloadHash hash = new PayloadHash();
    hash.text(failure.getClass().getSimpleName());
    if (failure instanceof CallFailure.Refused refused) {
      hash.refusal(refused.reason(), refused.detail());
    } else if (failure instanceof CallFailure.Unreachable unreachable) {
      hash.text(unreachable.detail());
    } else if (failure instanceof CallFailure.TimedOut timedOut) {
      hash.text(timedOut.detail());
    }
    return hash.hash.value();
  }

  private void forward(RingQuery.Forward forward) {
    id(forward.key());
    ids(forward.avoid());
    peer(forward.asker());
    hash.add(forward.lookup());
    hash.add(forward.hops());
    hash.add(forward.hopsLeft());
  }

  private void found(RingQuery.Found found) {
    hash.add(found.lookup());
    id(found.key());
    peer(found.predecessor());
    peer(found.owner());
    hash.add(found.hops());
  }

  private void refusal(RefusalReason reason, String detail) {
    text(reason.name());
    text(detail);
  }

  private void member(MemberState member) {
    peer(member.self());
    peer(member.predecessor());
    peers(member.successors());
  }

  private void peers(List<Peer> peers) {
    hash.add(peers.size());
    peers.forEach(this::peer);
  }

  private void peer(@Nullable Peer peer) {
    if (peer == null) {
      hash.add(0);
    } else {
      id(peer.id());
      text(peer.address());
    }
  }

  private void ids(List<RingId> ids) {
    hash.add(ids.size());
    ids.forEach(this::id);
  }

  private void id(RingId id) {
    hash.add(id.value());
  }

  private void text(String text) {
    hash.add(text.hashCode());
  }
}
