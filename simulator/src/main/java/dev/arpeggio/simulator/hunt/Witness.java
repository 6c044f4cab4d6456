package dev.arpeggio.simulator.hunt;

import dev.arpeggio.chord.MemberState;
import dev.arpeggio.chord.Peer;
import dev.arpeggio.chord.transport.CallFailure;
import dev.arpeggio.chord.transport.RingQuery;
import dev.arpeggio.chord.transport.RingRequest;
import dev.arpeggio.chord.transport.RingResponse;
import dev.arpeggio.simulator.terminal.Label;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Sees what nodes say to each other: holds them to the rules of conduct, and notes with each node
 * what it asked, heard and is about to believe.
 */
final class Witness implements Wire.Observer {
  private final int successors;
  private final Collection<HuntedNode> nodes;
  private final Chronicle chronicle;

  /**
   * For one run.
   *
   * @param successors r
   * @param nodes of the run, as they come and go
   */
  Witness(int successors, Collection<HuntedNode> nodes, Chronicle chronicle) {
    this.successors = successors;
    this.nodes = nodes;
    this.chronicle = chronicle;
  }

  @Override
  public void called(HuntedNode caller, RingRequest request) {
    if (request.query() instanceof RingQuery.GetState && caller.isMember()) {
      caller.questions++;
    }
    if (request.query() instanceof RingQuery.Leave leave) {
      announce(leave.leaver());
    }
  }

  /** Whoever lists the leaver may have the leaver's list next. */
  private void announce(MemberState leaver) {
    for (HuntedNode node : nodes) {
      if (node.isMember() && node.node().view().successors().contains(leaver.self())) {
        expect(node, leaver.successors());
      }
    }
  }

  @Override
  public void requestArrives(HuntedNode callee, RingRequest request) {
    if (request.query() instanceof RingQuery.Leave leave) {
      callee.leavers.add(leave.leaver().self().id());
      leave.leaver().successors().forEach(peer -> callee.bequeathed.add(peer.id()));
    }
  }

  @Override
  public void answered(
      HuntedNode callee, HuntedNode caller, RingRequest request, RingResponse response) {
    if (chronicle.isOn()) {
      note("request", caller.number(), callee.number(), request, response);
    }
    Conduct.checkAnswer(callee, request, response);
    if (response instanceof RingResponse.State state) {
      List<Peer> list = new ArrayList<>();
      if (caller.isMember()) {
        list.add(state.member().self());
      }
      list.addAll(state.member().successors());
      expect(caller, list);
    }
  }

  private void expect(HuntedNode node, List<Peer> list) {
    long[] ids = list.stream().limit(successors).mapToLong(peer -> peer.id().value()).toArray();
    if (ids.length > 0) {
      node.prospects.add(new Census.Entry(node.self().id().value(), ids));
    }
  }

  @Override
  public void answerArrives(
      int callee, HuntedNode caller, RingRequest request, RingResponse response) {
    if (response instanceof RingResponse.State state) {
      caller.heard.add(state.member());
    }
    if (chronicle.isOn()) {
      note("answer", callee, caller.number(), request, response);
    }
  }

  @Override
  public void failureArrives(
      int callee, HuntedNode caller, RingRequest request, CallFailure failure) {
    if (chronicle.isOn()) {
      note("failure", callee, caller.number(), request, PlainWords.kind(failure), "");
    }
  }

  @Override
  public void lost(Wire.Leg leg, int from, int to, RingRequest request, String why) {
    if (chronicle.isOn()) {
      note(Label.of(leg), from, to, request, why, "");
    }
  }

  @Override
  public void ended(HuntedNode caller, RingRequest request) {
    if (request.query() instanceof RingQuery.GetState) {
      caller.questions = Math.max(0, caller.questions - 1);
      caller.prospects.clear();
    }
  }

  private void note(String event, int from, int to, RingRequest request, RingResponse response) {
    note(event, from, to, request, PlainWords.kind(response), PlainWords.detail(response));
  }

  private void note(
      String event, int from, int to, RingRequest request, String outcome, String answer) {
    String question = PlainWords.detail(request.query());
    String gap = question.isEmpty() || answer.isEmpty() ? "" : ": ";
    chronicle.note(
        event, from, to, PlainWords.kind(request.query()), outcome, question + gap + answer);
  }
}
