package dev.arpeggio.node;

import dev.arpeggio.chord.IdSpace;
import dev.arpeggio.chord.MemberState;
import dev.arpeggio.chord.Peer;
import dev.arpeggio.node.placement.Balancer;
import dev.arpeggio.node.placement.Loads;
import dev.arpeggio.node.placement.PlacementTable;
import dev.arpeggio.protocol.v1.DescribeRingResponse;
import dev.arpeggio.queue.Completion;
import dev.arpeggio.queue.TopicCatalog;
import dev.arpeggio.queue.TopicConfig;
import dev.arpeggio.queue.TopicName;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** The ring as a walk finds it, with how many partitions lie with each member. Any thread. */
final class RingDescription {
  private final Ring ring;
  private final TopicCatalog catalog;
  private final Executor loop;
  private final PlacementTable placement;
  private final BooleanSupplier storeConnected;

  /**
   * @param catalog used on {@code loop} only
   */
  RingDescription(
      Ring ring,
      TopicCatalog catalog,
      Executor loop,
      PlacementTable placement,
      BooleanSupplier storeConnected) {
    this.ring = ring;
    this.catalog = catalog;
    this.loop = loop;
    this.placement = placement;
    this.storeConnected = storeConnected;
  }

  /** Answers once, on any thread; without numbers of partitions where the store does not answer. */
  void give(Consumer<DescribeRingResponse> answer) {
    ring.walk(
        (members, problems) -> {
          if (!storeConnected.getAsBoolean()) {
            answer.accept(describe(members, problems, Optional.empty()));
            return;
          }
          loop.execute(
              () ->
                  catalog.list(
                      Completion.of(
                          topics ->
                              answer.accept(
                                  describe(members, problems, Optional.of(loads(members, topics)))),
                          failure ->
                              answer.accept(describe(members, problems, Optional.empty())))));
        });
  }

  private Map<String, Integer> loads(
      List<MemberState> members, SortedMap<TopicName, TopicConfig> topics) {
    List<Peer> peers = members.stream().map(MemberState::self).toList();
    return new Loads(IdSpace.DEFAULT, peers, Balancer.partitions(topics), placement.current())
        .counts();
  }

  private static DescribeRingResponse describe(
      List<MemberState> members, List<String> problems, Optional<Map<String, Integer>> loads) {
    DescribeRingResponse.Builder response =
        DescribeRingResponse.newBuilder().setIdeal(problems.isEmpty()).addAllProblems(problems);
    for (MemberState state : members) {
      var position = Ring.position(state.self(), state.predecessor(), state.successors());
      loads.ifPresent(
          counts -> position.setPartitions(counts.getOrDefault(state.self().address(), 0)));
      response.addPositions(position);
    }
    return response.build();
  }
}
