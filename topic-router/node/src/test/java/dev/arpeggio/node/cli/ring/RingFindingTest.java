package dev.arpeggio.node.cli.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.client.NodeInfo;
import dev.arpeggio.client.RingInfo;
import dev.arpeggio.client.RingPosition;
import dev.arpeggio.node.cli.ring.RingSurvey.Answer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** What follows from answers that are hard to have from real nodes. */
class RingFindingTest {
  private static final NodeInfo A = node("1", "a:1", "1.0", true, false);
  private static final NodeInfo B = node("2", "b:1", "1.0", true, false);

  @Test
  void nothingIsWrongWhereNothingIsWrong() {
    assertEquals(List.of(), problems(survey(List.of(), answer(A), answer(B))));
  }

  @Test
  void aMemberThatDoesNotAnswerIsToldOnce() {
    Answer silent = new Answer("b:1", Optional.empty(), Optional.empty(), "refused", "start it");
    RingSurvey survey =
        new RingSurvey(ring(List.of()), List.of(answer(A), silent), List.of(answer(A), silent));
    assertEquals(List.of("b:1 does not answer (refused)"), problems(survey));
  }

  @Test
  void aNodeThatDrainsDoesNotServe() {
    NodeInfo draining = node("2", "b:1", "1.0", true, true);
    assertEquals(
        List.of("b:1 does not serve: it is draining"),
        problems(survey(List.of(), answer(A), answer(draining))));
  }

  @Test
  void versionsThatDifferAreToldWithTheirNodes() {
    NodeInfo newer = node("2", "b:1", "1.1", true, false);
    assertEquals(
        List.of("version 1.0 at a:1", "version 1.1 at b:1"),
        problems(survey(List.of(), answer(A), answer(newer))));
  }

  @Test
  void wrongPointersAreTakenFromTheWalk() {
    assertEquals(
        List.of("a:1 has a wrong predecessor"),
        problems(survey(List.of("a:1 has a wrong predecessor"), answer(A), answer(B))));
  }

  @Test
  void clocksThatAreApartForCertainAreTold() {
    assertEquals(
        List.of("the clocks of a:1 and b:1 are 4.5 s apart"),
        problems(
            survey(
                List.of(),
                answer(A, Duration.ofSeconds(2), Duration.ofMillis(200)),
                answer(B, Duration.ofSeconds(-3), Duration.ofMillis(300)))));
  }

  @Test
  void aSlowAnswerProvesNothingAboutAClock() {
    assertEquals(
        List.of(),
        problems(
            survey(
                List.of(), answer(A), answer(B, Duration.ofSeconds(3), Duration.ofMillis(2_500)))));
  }

  @Test
  void aClockIsComparedWithTheMiddleOfTheCall() {
    Instant asked = Instant.ofEpochSecond(100);
    assertEquals(
        new ClockReading(Duration.ofSeconds(9), Duration.ofSeconds(1)),
        ClockReading.of(asked, asked.plusSeconds(10), asked.plusSeconds(2)));
  }

  @Test
  void aWalkThatEndedEarlyDoesNotProveASecondRing() {
    NodeInfo third = node("3", "c:1", "1.0", true, false);
    assertEquals(
        List.of("c:1 is not on the ring of a:1"),
        problems(survey(List.of(), answer(A), answer(third))));
    assertEquals(
        List.of("b:1 did not answer"),
        problems(survey(List.of("b:1 did not answer"), answer(A), answer(third))));
  }

  @Test
  void everyFindingNamesANextStep() {
    for (RingFinding finding : RingFinding.of(survey(List.of(), answer(A)))) {
      assertTrue(finding.ok() && !finding.nextStep().isEmpty(), finding.toString());
    }
  }

  private static List<String> problems(RingSurvey survey) {
    return RingFinding.of(survey).stream().flatMap(finding -> finding.problems().stream()).toList();
  }

  private static RingSurvey survey(List<String> pointers, Answer... members) {
    return new RingSurvey(ring(pointers), List.of(members), List.of(members[0]));
  }

  private static RingInfo ring(List<String> problems) {
    return new RingInfo(List.of(A.position(), B.position()), problems.isEmpty(), problems);
  }

  private static Answer answer(NodeInfo node) {
    return answer(node, Duration.ZERO, Duration.ZERO);
  }

  private static Answer answer(NodeInfo node, Duration ahead, Duration uncertainty) {
    return new Answer(
        node.position().address(),
        Optional.of(node),
        Optional.of(new ClockReading(ahead, uncertainty)),
        "",
        "");
  }

  private static NodeInfo node(
      String id, String address, String version, boolean connected, boolean draining) {
    return new NodeInfo(
        new RingPosition(id, address, Optional.empty(), List.of(), OptionalInt.empty()),
        version,
        "zk:2181",
        connected,
        draining,
        0,
        0,
        0,
        Optional.empty());
  }
}
