package dev.arpeggio.chord;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class SuccessorsTest {
  private static final IdSpace SPACE = new IdSpace(6);

  @Test
  void aListIsTheSuccessorAndTheSuccessorsListWithoutItsLast() {
    assertEquals(
        peers(10, 20, 30), Successors.follow(SPACE, peer(5), 3, peer(10), peers(20, 30, 40)));
  }

  @Test
  void aListEndsBeforeItsOwnNode() {
    assertEquals(peers(60, 10), Successors.follow(SPACE, peer(50), 4, peer(60), peers(10, 50, 60)));
  }

  @Test
  void aListEndsBeforeWhatBelongsToTheNextTurn() {
    assertEquals(peers(60, 10), Successors.follow(SPACE, peer(50), 4, peer(60), peers(10, 55, 12)));
  }

  @Test
  void aListReachesAsManyOtherDaemonsAsItIsToHaveEntries() {
    Peer self = new Peer(SPACE.of(5), "test://a");
    List<Peer> rest =
        List.of(
            new Peer(SPACE.of(20), "test://b/1"),
            new Peer(SPACE.of(25), "test://a/1"),
            new Peer(SPACE.of(30), "test://c"),
            new Peer(SPACE.of(40), "test://d"));
    List<Peer> list = Successors.follow(SPACE, self, 2, new Peer(SPACE.of(10), "test://b"), rest);
    assertEquals(List.of("b", "b/1", "a/1", "c"), names(list));
    assertNull(Successors.problem(SPACE, self, 2, list));
    assertNotNull(
        Successors.problem(
            SPACE, self, 2, Stream.concat(list.stream(), rest.stream().skip(3)).toList()));
  }

  @Test
  void aNodesOwnDaemonDoesNotCount() {
    Peer self = new Peer(SPACE.of(5), "test://a/1");
    List<Peer> rest =
        List.of(new Peer(SPACE.of(20), "test://b"), new Peer(SPACE.of(30), "test://c"));
    List<Peer> list = Successors.follow(SPACE, self, 2, new Peer(SPACE.of(10), "test://a"), rest);
    assertEquals(List.of("a", "b", "c"), names(list));
  }

  @Test
  void whereThereAreNotEnoughDaemonsAListEndsAllTheSame() {
    Peer self = new Peer(SPACE.of(1), "test://a");
    List<Peer> rest =
        IntStream.range(3, 60).mapToObj(id -> new Peer(SPACE.of(id), "test://b/" + id)).toList();
    List<Peer> list = Successors.follow(SPACE, self, 2, new Peer(SPACE.of(2), "test://b/2"), rest);
    assertEquals(8, list.size());
    assertNull(Successors.problem(SPACE, self, 2, list));
  }

  @Test
  void aListThatLostItsFirstIsShorter() {
    assertEquals(peers(20, 30), Successors.withoutFirst(peers(10, 20, 30)));
    assertEquals(List.of(), Successors.withoutFirst(peers(10)));
  }

  @Test
  void aLeaverLeavesAPadEvenIfItKnewWhoComesNext() {
    MemberState leaver = new MemberState(peer(10), peer(5), peers(20, 30, 40));
    assertEquals(
        peers(20, 30), Successors.withoutLeaver(SPACE, peer(5), 3, peers(10, 20, 30), leaver));
  }

  @Test
  void whoLosesItsOnlySuccessorToAFarewellTakesTheListOfTheLeaver() {
    MemberState leaver = new MemberState(peer(10), peer(5), peers(20, 30, 5));
    assertEquals(peers(20, 30), Successors.withoutLeaver(SPACE, peer(5), 3, peers(10), leaver));
  }

  @Test
  void aLeaverDeepInTheListIsOnlyTakenOut() {
    MemberState leaver = new MemberState(peer(20), peer(10), peers(30, 40, 50));
    assertEquals(
        peers(10, 30), Successors.withoutLeaver(SPACE, peer(5), 3, peers(10, 20, 30), leaver));
  }

  @Test
  void theLastButOneToLeaveLeavesAnEmptyList() {
    MemberState leaver = new MemberState(peer(10), peer(5), peers(5));
    assertEquals(List.of(), Successors.withoutLeaver(SPACE, peer(5), 3, peers(10), leaver));
  }

  @Test
  void aStrangersFarewellChangesNothing() {
    MemberState leaver = new MemberState(peer(44), peer(40), peers(50));
    assertEquals(peers(10, 20), Successors.withoutLeaver(SPACE, peer(5), 3, peers(10, 20), leaver));
  }

  @Test
  void whateverIsHeardTheResultIsOrderedAndWithoutDuplicates() {
    Random random = new Random(1);
    for (int run = 0; run < 20_000; run++) {
      Peer self = peer(random.nextInt(64));
      Peer first = peer((int) SPACE.plus(self.id(), 1 + random.nextInt(63)).value());
      List<Peer> rest =
          random.ints(random.nextInt(6), 0, 64).mapToObj(SuccessorsTest::peer).toList();
      List<Peer> list = Successors.follow(SPACE, self, 4, first, rest);
      assertNull(Successors.problem(SPACE, self, 4, list));
      assertEquals(first, list.get(0));
      MemberState leaver = new MemberState(first, self, rest);
      assertNull(
          Successors.problem(
              SPACE, self, 4, Successors.withoutLeaver(SPACE, self, 4, list, leaver)));
    }
  }

  @Test
  void theCheckSeesDuplicatesDisorderAndExcess() {
    assertNull(Successors.problem(SPACE, peer(50), 3, peers(60, 10, 40)));
    assertNotNull(Successors.problem(SPACE, peer(50), 3, peers(60, 60)));
    assertNotNull(Successors.problem(SPACE, peer(50), 3, peers(10, 60)));
    assertNotNull(Successors.problem(SPACE, peer(50), 3, peers(60, 50)));
    // Each three neighbours are in order here; only the distance from the node shows the second
    // turn.
    assertNotNull(Successors.problem(SPACE, peer(50), 9, peers(60, 10, 30, 52, 62)));
    assertNotNull(Successors.problem(SPACE, peer(50), 2, peers(60, 10, 40)));
  }

  private static List<String> names(List<Peer> list) {
    return list.stream().map(peer -> peer.address().substring("test://".length())).toList();
  }

  private static Peer peer(int id) {
    return new Peer(SPACE.of(id), "test://" + id);
  }

  private static List<Peer> peers(int... ids) {
    return Arrays.stream(ids).mapToObj(SuccessorsTest::peer).toList();
  }
}
