package dev.arpeggio.node.placement;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.chord.IdSpace;
import dev.arpeggio.chord.Peer;
import dev.arpeggio.queue.Completion;
import dev.arpeggio.queue.PartitionId;
import dev.arpeggio.queue.Placement;
import dev.arpeggio.queue.PlacementStore;
import dev.arpeggio.queue.Store;
import dev.arpeggio.queue.TopicConfig;
import dev.arpeggio.queue.TopicName;
import dev.arpeggio.queue.zookeeper.EmbeddedZooKeeper;
import dev.arpeggio.queue.zookeeper.ThreadEventLoop;
import dev.arpeggio.queue.zookeeper.ZooKeeperSession;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When partitions are moved, and when not; on a real ZooKeeper. */
class BalancerTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final TopicName ORDERS = new TopicName("orders");

  private final List<Throwable> bugs = new CopyOnWriteArrayList<>();
  private final ThreadEventLoop loop = new ThreadEventLoop("test", bugs::add);

  /** What the balancer asked, to be answered by the test. */
  private final BlockingQueue<Consumer<List<Peer>>> walks = new LinkedBlockingQueue<>();

  private final BlockingQueue<Boolean> duties = new LinkedBlockingQueue<>();
  private volatile boolean onDuty = true;
  private EmbeddedZooKeeper zooKeeper;
  private ZooKeeperSession session;
  private PlacementStore store;
  private PlacementTable table;

  @BeforeEach
  void start(@TempDir Path directory) throws Exception {
    zooKeeper = EmbeddedZooKeeper.start(directory, "127.0.0.1", 0);
    session = ZooKeeperSession.connect(zooKeeper.connectString(), Duration.ofSeconds(10), PATIENCE);
    store = new PlacementStore(session.on(loop));
    table = new PlacementTable(store, loop);
    this.<Object>ask(done -> Store.open(session.on(loop), toward(done)));
    this.<Object>ask(done -> table.start(toward(done)));
    Balancer balancer =
        new Balancer(
            IdSpace.DEFAULT,
            loop,
            () -> {
              // The test may change it between two readings.
              boolean now = onDuty;
              duties.add(now);
              return now;
            },
            walks::add,
            done ->
                done.succeeded(
                    new TreeMap<>(Map.of(ORDERS, TopicConfig.builder().partitions(64).build()))),
            store,
            Duration.ofMillis(1));
    loop.execute(balancer::start);
  }

  @AfterEach
  void stop() throws Exception {
    session.close();
    loop.close();
    zooKeeper.close();
    assertEquals(List.of(), bugs);
  }

  @Test
  void partitionsMoveOnceTheRingWasTheSameTwice() throws Exception {
    answer(ring(8));
    answer(ring(7));
    answer(List.of());
    answer(ring(8));
    assertEquals(0, stored().moved());
    answer(ring(8));
    // It comes back once it has stored that.
    answer(ring(8));
    int moved = stored().moved();
    assertTrue(moved > 0 && moved <= Balancer.MAX_MOVES, moved + " moved");

    awaitTable(stored());
  }

  @Test
  void theOnesOfAnotherNodeAreNotOverwritten() throws Exception {
    answer(ring(8));
    answer(ring(8));
    Consumer<List<Peer>> next = walks.take();
    // Meanwhile, somebody else.
    TreeMap<String, Integer> numbers = new TreeMap<>(stored().numbers());
    numbers.put(new PartitionId(ORDERS, 63).toString(), 999);
    Placement other = stored().with(numbers);
    assertTrue(this.<Boolean>ask(done -> store.replace(other, toward(done))));
    loop.execute(() -> next.accept(ring(8)));
    Consumer<List<Peer>> unused = walks.take();
    assertEquals(999, stored().number(new PartitionId(ORDERS, 63)));
  }

  @Test
  void whoIsNotOnDutyDoesNotEvenLook() throws Exception {
    assertEquals(true, duty());
    onDuty = false;
    answer(ring(8));
    // The second answer shows that the first one led to nothing.
    assertEquals(List.of(false, false), List.of(duty(), duty()));
    assertTrue(walks.isEmpty());
    assertEquals(0, stored().moved());
  }

  @Test
  void whoDoubtsReadsAtOnce() throws Exception {
    Placement moved = Placement.byName().with(new TreeMap<>(Map.of("orders/3", 5)));
    assertTrue(this.<Boolean>ask(done -> store.replace(moved, toward(done))));
    CompletableFuture<Boolean> changed = new CompletableFuture<>();
    loop.execute(() -> table.whenChanged(() -> changed.complete(true)));
    table.doubt();
    assertTrue(changed.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS));
    assertEquals("orders/3#5", table.key(new PartitionId(ORDERS, 3)));
  }

  private void answer(List<Peer> members) throws InterruptedException {
    Consumer<List<Peer>> walk = walks.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    loop.execute(() -> walk.accept(members));
  }

  private Boolean duty() throws InterruptedException {
    return duties.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static List<Peer> ring(int members) {
    return IntStream.range(0, members)
        .mapToObj(i -> "grpc://10.0.0." + i + ":1")
        .map(address -> new Peer(IdSpace.DEFAULT.hash(address), address))
        .toList();
  }

  private Placement stored() throws Exception {
    return ask(done -> store.refresh(Placement.byName(), toward(done)));
  }

  private void awaitTable(Placement expected) throws Exception {
    while (!table.current().numbers().equals(expected.numbers())) {
      table.doubt();
      this.<Placement>ask(done -> store.refresh(Placement.byName(), toward(done)));
    }
  }

  private <T> T ask(Consumer<CompletableFuture<T>> question) throws Exception {
    CompletableFuture<T> answer = new CompletableFuture<>();
    loop.execute(() -> question.accept(answer));
    return answer.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static <T> Completion<T> toward(CompletableFuture<? super T> answer) {
    return Completion.of(answer::complete, answer::completeExceptionally);
  }
}
