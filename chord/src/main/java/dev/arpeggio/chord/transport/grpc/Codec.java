package dev.arpeggio.chord.transport.grpc;

import dev.arpeggio.chord.IdSpace;
import dev.arpeggio.chord.MemberState;
import dev.arpeggio.chord.Peer;
import dev.arpeggio.chord.RingId;
import dev.arpeggio.chord.transport.Handshake;
import dev.arpeggio.chord.transport.Position;
import dev.arpeggio.chord.transport.RefusalReason;
import dev.arpeggio.chord.transport.RingQuery;
import dev.arpeggio.chord.transport.RingRequest;
import dev.arpeggio.chord.transport.RingResponse;
import dev.arpeggio.chord.transport.grpc.v1.Wire;
import java.util.List;

/** Between the records and the messages on the wire. Pure functions, for any thread. */
final class Codec {
  /** Longest successor list that is taken from the wire: the longest there can be. */
  private static final int MAX_PEERS = 256;

  /** Longest address that is taken from the wire: what is adopted is kept and told on. */
  private static final int MAX_ADDRESS_LENGTH = 512;

  private Codec() {}

  /** What came over the wire is not a message of this protocol. */
  static final class MalformedException extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedException(String detail) {
      super(detail);
    }
  }

  // ---- requests ----

  static Wire.CallRequest encode(RingRequest request) {
    Handshake handshake = request.handshake();
    Wire.CallRequest.Builder call =
        Wire.CallRequest.newBuilder()
            .setPosition(request.position())
            .setHandshake(
                Wire.Handshake.newBuilder()
                    .setRingName(handshake.ringName())
                    .setIdBits(handshake.idBits())
                    .setProtocolVersion(handshake.protocolVersion()));
    RingQuery query = request.query();
    if (query instanceof RingQuery.Ping) {
      call.setPing(Wire.Ping.getDefaultInstance());
    } else if (query instanceof RingQuery.GetState) {
      call.setGetState(Wire.GetState.getDefaultInstance());
    } else if (query instanceof RingQuery.Route route) {
      call.setRoute(
          Wire.Route.newBuilder()
              .setKey(route.key().value())
              .addAllAvoid(route.avoid().stream().map(RingId::value).toList()));
    } else if (query instanceof RingQuery.Forward forward) {
      call.setForward(
          Wire.Forward.newBuilder()
              .setKey(forward.key().value())
              .addAllAvoid(forward.avoid().stream().map(RingId::value).toList())
              .setAsker(encode(forward.asker()))
              .setLookup(forward.lookup())
              .setHops(forward.hops())
              .setHopsLeft(forward.hopsLeft()));
    } else if (query instanceof RingQuery.Found found) {
      call.setFound(
          Wire.Found.newBuilder()
              .setLookup(found.lookup())
              .setKey(found.key().value())
              .setPredecessor(encode(found.predecessor()))
              .setOwner(encode(found.owner()))
              .setHops(found.hops()));
    } else if (query instanceof RingQuery.Notify notify) {
      call.setNotify(Wire.Notify.newBuilder().setCandidate(encode(notify.candidate())));
    } else if (query instanceof RingQuery.Leave leave) {
      call.setLeave(Wire.Leave.newBuilder().setLeaver(encode(leave.leaver())));
    } else {
      throw new IllegalStateException("no encoding for " + query);
    }
    return call.build();
  }

  static RingRequest decode(Wire.CallRequest call) throws MalformedException {
    Wire.Handshake wire = call.getHandshake();
    require(wire.getIdBits() >= 1 && wire.getIdBits() <= 64, "identifiers have 1 to 64 bits");
    IdSpace space = new IdSpace(wire.getIdBits());
    Handshake handshake =
        new Handshake(wire.getRingName(), wire.getIdBits(), wire.getProtocolVersion());
    require(
        call.getPosition() >= 0 && call.getPosition() <= Position.MAX, "0 to 1023 is a position");
    return new RingRequest(handshake, query(space, call), call.getPosition());
  }

  private static RingQuery query(IdSpace space, Wire.CallRequest call) throws MalformedException {
    return switch (call.getQueryCase()) {
      case PING -> new RingQuery.Ping();
      case GET_STATE -> new RingQuery.GetState();
      case ROUTE ->
          new RingQuery.Route(
              key(space, call.getRoute().getKey()), avoid(call.getRoute().getAvoidList()));
      case FORWARD -> {
        Wire.Forward forward = call.getForward();
        yield new RingQuery.Forward(
            key(space, forward.getKey()),
            avoid(forward.getAvoidList()),
            peer(space, forward.getAsker()),
            forward.getLookup(),
            hops(forward.getHops()),
            hops(forward.getHopsLeft()));
      }
      case FOUND -> {
        Wire.Found found = call.getFound();
        yield new RingQuery.Found(
            found.getLookup(),
            key(space, found.getKey()),
            peer(space, found.getPredecessor()),
            peer(space, found.getOwner()),
            hops(found.getHops()));
      }
      case NOTIFY -> new RingQuery.Notify(peer(space, call.getNotify().getCandidate()));
      case LEAVE -> new RingQuery.Leave(state(space, call.getLeave().getLeaver()));
      case QUERY_NOT_SET -> throw new MalformedException("no query, or an unknown one");
    };
  }

  private static RingId key(IdSpace space, long value) throws MalformedException {
    RingId key = new RingId(value);
    require(space.contains(key), "the key has too many bits");
    return key;
  }

  private static List<RingId> avoid(List<Long> ids) throws MalformedException {
    require(ids.size() <= RingQuery.Route.MAX_AVOID, "too many nodes to avoid");
    return ids.stream().map(RingId::new).toList();
  }

  private static int hops(int hops) throws MalformedException {
    require(hops >= 0 && hops <= RingQuery.Forward.MAX_HOPS, "0 to 1024 hops are due");
    return hops;
  }

  // ---- responses ----

  static Wire.CallResponse encode(RingResponse response) {
    Wire.CallResponse.Builder call = Wire.CallResponse.newBuilder();
    if (response instanceof RingResponse.Alive alive) {
      call.setAlive(Wire.Alive.newBuilder().setSelf(encode(alive.self())));
    } else if (response instanceof RingResponse.State state) {
      call.setState(Wire.State.newBuilder().setMember(encode(state.member())));
    } else if (response instanceof RingResponse.Busy) {
      call.setBusy(Wire.Busy.getDefaultInstance());
    } else if (response instanceof RingResponse.Owner owner) {
      call.setOwner(
          Wire.Owner.newBuilder()
              .setPredecessor(encode(owner.predecessor()))
              .setOwner(encode(owner.owner())));
    } else if (response instanceof RingResponse.Closer closer) {
      call.setCloser(
          Wire.Closer.newBuilder()
              .addAllCandidates(closer.candidates().stream().map(Codec::encode).toList()));
    } else if (response instanceof RingResponse.Accepted) {
      call.setAccepted(Wire.Accepted.getDefaultInstance());
    } else if (response instanceof RingResponse.Refused refused) {
      call.setRefused(
          Wire.Refused.newBuilder()
              .setReason(Wire.Refused.Reason.valueOf(refused.reason().name()))
              .setDetail(refused.detail()));
    } else {
      throw new IllegalStateException("no encoding for " + response);
    }
    return call.build();
  }

  /** Decodes the answer to a request of the given width. */
  static RingResponse decode(int idBits, Wire.CallResponse call) throws MalformedException {
    IdSpace space = new IdSpace(idBits);
    return switch (call.getResponseCase()) {
      case ALIVE -> new RingResponse.Alive(peer(space, call.getAlive().getSelf()));
      case STATE -> new RingResponse.State(state(space, call.getState().getMember()));
      case BUSY -> new RingResponse.Busy();
      case OWNER ->
          new RingResponse.Owner(
              peer(space, call.getOwner().getPredecessor()),
              peer(space, call.getOwner().getOwner()));
      case CLOSER -> {
        List<Wire.Peer> candidates = call.getCloser().getCandidatesList();
        require(
            !candidates.isEmpty() && candidates.size() <= RingResponse.Closer.MAX_CANDIDATES,
            "1 to 8 candidates are due");
        yield new RingResponse.Closer(peers(space, candidates));
      }
      case ACCEPTED -> new RingResponse.Accepted();
      case REFUSED ->
          new RingResponse.Refused(
              reason(call.getRefused().getReason()), call.getRefused().getDetail());
      case RESPONSE_NOT_SET -> throw new MalformedException("no response, or an unknown one");
    };
  }

  private static RefusalReason reason(Wire.Refused.Reason reason) throws MalformedException {
    return switch (reason) {
      case OTHER_RING -> RefusalReason.OTHER_RING;
      case OTHER_ID_BITS -> RefusalReason.OTHER_ID_BITS;
      case OTHER_VERSION -> RefusalReason.OTHER_VERSION;
      case NOT_MEMBER -> RefusalReason.NOT_MEMBER;
      case MALFORMED -> RefusalReason.MALFORMED;
      case OVERLOADED -> RefusalReason.OVERLOADED;
      case REASON_UNSPECIFIED, UNRECOGNIZED ->
          throw new MalformedException("an unknown reason to refuse");
    };
  }

  // ---- parts ----

  private static Wire.Peer encode(Peer peer) {
    return Wire.Peer.newBuilder().setId(peer.id().value()).setAddress(peer.address()).build();
  }

  private static Wire.MemberState encode(MemberState member) {
    Wire.MemberState.Builder state =
        Wire.MemberState.newBuilder()
            .setSelf(encode(member.self()))
            .addAllSuccessors(member.successors().stream().map(Codec::encode).toList());
    Peer predecessor = member.predecessor();
    if (predecessor != null) {
      state.setPredecessor(encode(predecessor));
    }
    return state.build();
  }

  private static MemberState state(IdSpace space, Wire.MemberState state)
      throws MalformedException {
    require(state.getSuccessorsCount() <= MAX_PEERS, "too many successors");
    return new MemberState(
        peer(space, state.getSelf()),
        state.hasPredecessor() ? peer(space, state.getPredecessor()) : null,
        peers(space, state.getSuccessorsList()));
  }

  private static List<Peer> peers(IdSpace space, List<Wire.Peer> peers) throws MalformedException {
    Peer[] decoded = new Peer[peers.size()];
    for (int i = 0; i < decoded.length; i++) {
      decoded[i] = peer(space, peers.get(i));
    }
    return List.of(decoded);
  }

  private static Peer peer(IdSpace space, Wire.Peer peer) throws MalformedException {
    int length = peer.getAddress().length();
    require(length > 0 && length <= MAX_ADDRESS_LENGTH, "an address has 1 to 512 characters");
    RingId id = new RingId(peer.getId());
    require(space.contains(id), "the identifier has too many bits");
    return new Peer(id, peer.getAddress());
  }

  private static void require(boolean holds, String rule) throws MalformedException {
    if (!holds) {
      throw new MalformedException(rule);
    }
  }
}
