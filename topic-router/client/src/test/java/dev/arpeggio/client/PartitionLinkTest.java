package dev.arpeggio.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.protocol.v1.LocateTopicResponse;
import dev.arpeggio.protocol.v1.PartitionLocation;
import dev.arpeggio.protocol.v1.PublishAttached;
import dev.arpeggio.protocol.v1.PublishConfirmation;
import dev.arpeggio.protocol.v1.PublishRequest;
import dev.arpeggio.protocol.v1.PublishResponse;
import dev.arpeggio.protocol.v1.QueueGrpc;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** A link in virtual time, on a network that the test plays. */
class PartitionLinkTest {
  private static final Duration ATTACH_TIMEOUT = Duration.ofSeconds(5);
  private static final PublishResponse ATTACHED =
      PublishResponse.newBuilder().setAttached(PublishAttached.getDefaultInstance()).build();
  private static final PublishResponse CONFIRMATION =
      PublishResponse.newBuilder()
          .setConfirmation(PublishConfirmation.getDefaultInstance())
          .build();
  private final ArpeggioException lost = new ArpeggioException(Reason.UNREACHABLE, "lost");
  private final ArpeggioException forGood = new ArpeggioException(Reason.TOPIC_NOT_FOUND, "gone");

  private final VirtualLoop loop = new VirtualLoop();
  private final PlayedNetwork network = new PlayedNetwork();
  private final RecordingUser user = new RecordingUser();
  private final AnyNode anyNode = new AnyNode(network, List.of("seed:1"));
  private final PartitionLink<PublishRequest, PublishResponse> link =
      new PartitionLink<>(
          new PartitionLink.Environment(
              loop,
              network,
              new Router(anyNode, ATTACH_TIMEOUT),
              new SilenceWatch(loop, network, anyNode),
              new SplittableRandom(1),
              ATTACH_TIMEOUT),
          "t",
          0,
          QueueGrpc.getPublishMethod(),
          user);

  @Test
  void attachesToTheOwnerThatTheRouteNames() {
    open();
    assertEquals(List.of("owner:1"), network.opened);
    assertFalse(link.isAttached());
    network.stream(0).received(ATTACHED);
    assertTrue(link.isAttached());
    assertEquals(List.of("attached"), user.events);
  }

  @Test
  void sendingBeforeTheStreamStandsIsADefect() {
    open();
    assertThrows(IllegalStateException.class, () -> link.send(PublishRequest.getDefaultInstance()));
  }

  @Test
  void waitsBetweenAttemptsAreShortForASecondAndDoubleUpToASecond() {
    open();
    List<Duration> waits = new ArrayList<>();
    for (int attempt = 1; attempt <= 20; attempt++) {
      Duration before = loop.elapsed();
      network.lastStream().ended(lost);
      loop.runUntil(() -> network.pendingLocate());
      waits.add(loop.elapsed().minus(before));
      network.locate("owner:1");
    }
    long expected = 20;
    for (int attempt = 1; attempt <= waits.size(); attempt++) {
      long wait = waits.get(attempt - 1).toMillis();
      assertTrue(
          wait >= expected * 3 / 4 && wait <= expected * 5 / 4, "about " + expected + ": " + waits);
      expected = Math.min(attempt < 15 ? 80 : 1_000, 2 * expected);
    }
  }

  @Test
  void aSilentNodeIsLeftForTheOneThatTheRingNames() {
    attach();
    fallSilent();
    network.locate("heir:1");
    assertEquals(List.of("owner:1", "heir:1"), network.opened);
    assertEquals(1, network.cancelled, "the stream to the silent node");
    network.lastStream().received(ATTACHED);
    assertEquals(List.of("attached", "interrupted NOT_OWNER", "attached"), user.events);
  }

  @Test
  void aSilentNodeThatStillIsTheOwnerIsNotLeft() {
    attach();
    for (int i = 0; i < 5; i++) {
      fallSilent();
      network.locate("owner:1");
    }
    assertEquals(List.of("owner:1"), network.opened);
    network.lastStream().received(CONFIRMATION);
    assertEquals(List.of("attached", "received"), user.events);
  }

  @Test
  void aNodeThatDoesNotEvenAttachIsLeftToo() {
    open();
    fallSilent();
    network.locate("heir:1");
    assertEquals(List.of("owner:1", "heir:1"), network.opened);
  }

  @Test
  void aNodeThatGivesSignsOfLifeIsNotLeft() {
    attach();
    for (int i = 0; i < 20; i++) {
      loop.runUntil(network::isAskedForASign);
      network.giveSign();
    }
    assertFalse(network.pendingLocate());
    assertEquals(List.of("owner:1"), network.opened);
  }

  @Test
  void aBusyStreamIsSignEnough() {
    attach();
    for (int i = 0; i < 100; i++) {
      loop.advance(SilenceWatch.SILENCE.dividedBy(2));
      network.lastStream().received(CONFIRMATION);
    }
    assertFalse(network.isAskedForASign());
  }

  @Test
  void anIdleNodeIsAskedSeldomAndSoonAgainOnceSomethingIsSent() {
    attach();
    Duration before = loop.elapsed();
    for (int i = 0; i < 10; i++) {
      loop.runUntil(network::isAskedForASign);
      before = loop.elapsed();
      network.giveSign();
    }
    loop.advance(Duration.ofMillis(1_900));
    assertFalse(network.isAskedForASign(), "asked again after " + loop.elapsed().minus(before));
    link.send(PublishRequest.getDefaultInstance());
    loop.advance(SilenceWatch.SILENCE);
    assertTrue(network.isAskedForASign());
  }

  @Test
  void theSilentNodeIsNotAskedWhoTheOwnerIs() {
    link.open();
    network.locate("seed:1");
    network.lastStream().received(ATTACHED);
    anyNode.learn("other:1");
    fallSilent();
    assertEquals(List.of("seed:1", "other:1"), network.asked);
  }

  @Test
  void progressStartsTheWaitsAgain() {
    open();
    for (int attempt = 0; attempt < 5; attempt++) {
      failAndLocate();
    }
    network.lastStream().received(ATTACHED);
    link.progressed();
    assertTrue(failAndLocate().toMillis() <= 25);
  }

  @Test
  void aStreamThatStoodForASecondStartsTheWaitsAgain() {
    open();
    for (int attempt = 0; attempt < 5; attempt++) {
      failAndLocate();
    }
    network.lastStream().received(ATTACHED);
    loop.advance(Duration.ofSeconds(1));
    assertTrue(failAndLocate().toMillis() <= 25);
  }

  @Test
  void aStreamThatFailsRightAfterAttachingDoesNotStartTheWaitsAgain() {
    open();
    for (int attempt = 0; attempt < 6; attempt++) {
      network.lastStream().received(ATTACHED);
      failAndLocate();
    }
    network.lastStream().received(ATTACHED);
    assertTrue(failAndLocate().toMillis() >= 60);
  }

  @Test
  void aStreamWhoseTokenExpiredIsOpenedAgainAndARefusalOfTheNextIsForGood() {
    open();
    network.lastStream().received(ATTACHED);
    network.lastStream().ended(new ArpeggioException(Reason.UNAUTHENTICATED, "expired"));
    loop.runUntil(() -> network.pendingLocate());
    network.locate("owner:1");
    assertEquals(List.of("owner:1", "owner:1"), network.opened);
    network.lastStream().ended(new ArpeggioException(Reason.UNAUTHENTICATED, "expired"));
    assertEquals("refused UNAUTHENTICATED", user.events.get(user.events.size() - 1));
    loop.advance(Duration.ofMinutes(1));
    assertEquals(2, network.opened.size());
  }

  @Test
  void theServersRetryHintIsKept() {
    open();
    network
        .lastStream()
        .ended(
            new ArpeggioException(
                Reason.LIMIT_EXCEEDED, "full", Map.of("retry_after_ms", "700"), null));
    Duration before = loop.elapsed();
    loop.runUntil(() -> network.pendingLocate());
    assertEquals(Duration.ofMillis(700), loop.elapsed().minus(before));
  }

  @Test
  void aNamedOwnerIsFollowedAtOnceThreeTimes() {
    open();
    for (int hop = 1; hop <= 4; hop++) {
      network
          .lastStream()
          .ended(
              new ArpeggioException(
                  Reason.NOT_OWNER, "elsewhere", Map.of("owner", "hop:" + hop), null));
    }
    assertEquals(List.of("owner:1", "hop:1", "hop:2", "hop:3"), network.opened);
    loop.runUntil(() -> network.pendingLocate());
    network.locate("new:1");
    assertEquals("new:1", network.opened.get(4));
  }

  @Test
  void nothingThatAnEarlierStreamSaysIsHeard() {
    open();
    network.stream(0).received(ATTACHED);
    failAndLocate();
    network.lastStream().received(ATTACHED);
    user.events.clear();
    network.stream(0).received(CONFIRMATION);
    network.stream(0).ended(forGood);
    assertEquals(List.of(), user.events);
    assertTrue(link.isAttached());
  }

  @Test
  void anAttemptThatIsNotAnsweredIsGivenUp() {
    open();
    loop.advance(ATTACH_TIMEOUT);
    assertEquals(List.of("interrupted TIMED_OUT"), user.events);
    assertEquals(1, network.cancelled);
  }

  @Test
  void aPermanentFailureLeavesTheLinkIdleUntilItIsOpenedAgain() {
    open();
    network.lastStream().ended(forGood);
    assertEquals(List.of("refused TOPIC_NOT_FOUND"), user.events);
    loop.advance(Duration.ofMinutes(1));
    assertEquals(1, network.opened.size());
    link.open();
    assertEquals(2, network.opened.size());
  }

  @Test
  void aStreamThatNobodyWantsIsNotRenewed() {
    open();
    network.lastStream().received(ATTACHED);
    user.wantsStream = false;
    network.lastStream().ended(lost);
    loop.advance(Duration.ofMinutes(1));
    assertEquals(1, network.opened.size());
  }

  @Test
  void aFirstResponseOfAnotherKindBreaksTheProtocol() {
    open();
    network.lastStream().received(CONFIRMATION);
    assertEquals(List.of("refused INTERNAL"), user.events);
  }

  @Test
  void nothingIsHeardAfterClosing() {
    open();
    link.close();
    network.stream(0).received(ATTACHED);
    network.stream(0).ended(lost);
    loop.advance(Duration.ofMinutes(1));
    assertEquals(List.of(), user.events);
    assertEquals(1, network.opened.size());
  }

  private void open() {
    link.open();
    network.locate("owner:1");
  }

  private void attach() {
    open();
    network.lastStream().received(ATTACHED);
  }

  /** The node says nothing until the link asks who the owner is. */
  private void fallSilent() {
    loop.runUntil(network::isAskedForASign);
    loop.advance(SilenceWatch.PATIENCE);
    network.denySign();
    assertTrue(network.pendingLocate());
  }

  /** Fails the current stream, answers the question that follows, and tells how long that took. */
  private Duration failAndLocate() {
    Duration before = loop.elapsed();
    network.lastStream().ended(lost);
    loop.runUntil(() -> network.pendingLocate());
    network.locate("owner:1");
    return loop.elapsed().minus(before);
  }

  static LocateTopicResponse route(String owner) {
    return LocateTopicResponse.newBuilder()
        .addPartitions(PartitionLocation.newBuilder().setOwner(owner))
        .build();
  }

  private static final class RecordingUser
      implements PartitionLink.User<PublishRequest, PublishResponse> {
    private final List<String> events = new ArrayList<>();
    private boolean wantsStream = true;

    @Override
    public PublishRequest attachRequest() {
      return PublishRequest.getDefaultInstance();
    }

    @Override
    public boolean isAttached(PublishResponse response) {
      return response.hasAttached();
    }

    @Override
    public void attached(PublishResponse response) {
      events.add("attached");
    }

    @Override
    public void received(PublishResponse response) {
      events.add("received");
    }

    @Override
    public void interrupted(ArpeggioException failure) {
      events.add("interrupted " + failure.reason());
    }

    @Override
    public void refused(ArpeggioException failure) {
      events.add("refused " + failure.reason());
    }

    @Override
    public boolean wantsStream() {
      return wantsStream;
    }
  }
}
