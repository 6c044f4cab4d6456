package dev.arpeggio.chord;

import static dev.arpeggio.chord.Stage.peer;
import static dev.arpeggio.chord.Stage.peers;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** That a lookup asks the nearest first, nobody twice, and never goes back. Self is 100. */
final class ContactsTest {
  private static final RingId KEY = Stage.SPACE.of(50);

  private final List<RingId> avoid = new ArrayList<>();
  private final Contacts contacts = new Contacts(Stage.SPACE, peer(100).id(), KEY, avoid);

  @Test
  void theLatestAnswerComesFirstAndTheOthersAfterIt() {
    contacts.add(peer(100), peers(230, 160));
    assertEquals(List.of(peer(230)), take(1));
    contacts.add(peer(230), peers(40, 10));
    assertEquals(peers(40, 10, 160), take(9));
    assertNull(contacts.first());
  }

  @Test
  void onlyWhatIsNearerThanTheAnswererCounts() {
    // 60 lies behind the key, and so almost a whole turn before it.
    contacts.add(peer(230), peers(50, 60, 230, 160, 10));
    assertEquals(peers(10), take(9));
  }

  @Test
  void neitherTheNodeItselfNorTheAvoidedNorTheAskedCount() {
    contacts.add(null, peers(40, 10, 100, 230));
    assertEquals(peers(40), take(1));
    avoid.add(peer(10).id());
    contacts.add(null, peers(40, 20));
    assertEquals(peers(20, 230), take(9));
  }

  @Test
  void firstTakesNothingAway() {
    contacts.add(null, peers(40, 10));
    assertEquals(peer(40), contacts.first());
    assertEquals(peer(40), contacts.first());
  }

  @Test
  void theOldestOfTooManyAnswersIsForgotten() {
    for (int id = 110; id <= 190; id += 10) {
      contacts.add(peer(100), peers(id));
    }
    assertEquals(peers(190, 180, 170, 160, 150, 140, 130, 120), take(99));
  }

  private List<Peer> take(int most) {
    List<Peer> taken = new ArrayList<>();
    for (int i = 0; i < most; i++) {
      Peer first = contacts.first();
      if (first == null) {
        break;
      }
      contacts.asked(first);
      taken.add(first);
    }
    return taken;
  }
}
