package dev.arpeggio.node.hosting;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.queue.Batch;
import dev.arpeggio.queue.Completion;
import dev.arpeggio.queue.EventLoop;
import dev.arpeggio.queue.NodeIdentity;
import dev.arpeggio.queue.OwnerContext;
import dev.arpeggio.queue.Partition;
import dev.arpeggio.queue.PartitionId;
import dev.arpeggio.queue.PartitionOptions;
import dev.arpeggio.queue.QueueException;
import dev.arpeggio.queue.Store;
import dev.arpeggio.queue.TopicCatalog;
import dev.arpeggio.queue.TopicConfig;
import dev.arpeggio.queue.TopicName;
import dev.arpeggio.queue.zookeeper.EmbeddedZooKeeper;
import dev.arpeggio.queue.zookeeper.ThreadEventLoop;
import dev.arpeggio.queue.zookeeper.ZooKeeperSession;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PartitionHostTest {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final PartitionId ORDERS = new PartitionId(new TopicName("orders"), 0);

  private final List<Throwable> bugs = new CopyOnWriteArrayList<>();
  private final ThreadEventLoop loop = new ThreadEventLoop("test", bugs::add);
  private final LaterLoop hostLoop = new LaterLoop();
  private final SaidRing ring = new SaidRing();
  private EmbeddedZooKeeper zooKeeper;
  private ZooKeeperSession session;
  private TopicCatalog catalog;
  private PartitionHost host;

  @BeforeEach
  void start(@TempDir Path directory) throws Exception {
    zooKeeper = EmbeddedZooKeeper.start(directory, "127.0.0.1", 0);
    session = ZooKeeperSession.connect(zooKeeper.connectString(), Duration.ofSeconds(10), PATIENCE);
    catalog = new TopicCatalog(session.on(loop));
    host =
        new PartitionHost(
            ring,
            catalog::get,
            (id, config, listener) -> new Partition(context("here"), id, config, listener),
            hostLoop);
    this.<Object>ask(answer -> Store.open(session.on(loop), toward(answer)));
    this.<Object>ask(
        answer -> catalog.create(ORDERS.topic(), TopicConfig.defaults(), toward(answer)));
  }

  @AfterEach
  void stop() throws IOException {
    session.close();
    zooKeeper.close();
    loop.close();
    assertEquals(List.of(), bugs);
  }

  @Test
  void opensOnFirstUseAndKeepsOpen() throws Exception {
    Partition first = ready(use(ORDERS)).partition();
    assertSame(first, ready(use(ORDERS)).partition());
    assertEquals(1, host.serving());
  }

  @Test
  void usesThatCameWhileItOpenedGetTheSamePartition() throws Exception {
    List<Object> answers =
        ask(
            all -> {
              List<Object> got = new ArrayList<>();
              for (int i = 0; i < 10; i++) {
                host.use(
                    ORDERS,
                    answering(
                        answer -> {
                          got.add(answer);
                          if (got.size() == 10) {
                            all.complete(got);
                          }
                        }));
              }
            });
    assertEquals(1, answers.stream().map(answer -> ready(answer).partition()).distinct().count());
  }

  @Test
  void namesTheOwnerOfWhatIsNotOurs() throws Exception {
    ring.owner = "127.0.0.1:7002";
    Refusal.OtherOwner refused = assertInstanceOf(Refusal.OtherOwner.class, use(ORDERS));
    assertEquals("127.0.0.1:7002", refused.owner());
  }

  @Test
  void servesNothingBeforeItIsAMember() throws Exception {
    ring.member = false;
    assertInstanceOf(Refusal.RingUnavailable.class, use(ORDERS));
  }

  @Test
  void passesOnWhatThePartitionSays() throws Exception {
    Refusal.Failed failed =
        assertInstanceOf(Refusal.Failed.class, use(new PartitionId(new TopicName("unknown"), 0)));
    assertEquals(QueueException.Reason.TOPIC_NOT_FOUND, failed.cause().reason());
    failed = assertInstanceOf(Refusal.Failed.class, use(new PartitionId(ORDERS.topic(), 1)));
    assertEquals(QueueException.Reason.PARTITION_NOT_FOUND, failed.cause().reason());
    assertEquals(0, host.serving());
  }

  @Test
  void letsGoOfWhatTheRingGaveToAnother() throws Exception {
    Partition partition = ready(use(ORDERS)).partition();
    ring.owner = "127.0.0.1:7002";
    run(host::ringChanged);
    assertInstanceOf(Refusal.OtherOwner.class, use(ORDERS));
    assertEquals(QueueException.Reason.NOT_OWNER, appendFailure(partition).reason());
  }

  @Test
  void whatWasFencedAfterALongTimeIsTakenAtOnceIfTheRingSaysSo() throws Exception {
    Partition ours = ready(use(ORDERS)).partition();
    hostLoop.later = PartitionHost.SETTLED;
    Partition heir = new Partition(context("there"), ORDERS, TopicConfig.defaults(), cause -> {});
    this.<Object>ask(answer -> heir.open(toward(answer)));
    assertEquals(QueueException.Reason.NOT_OWNER, appendFailure(ours).reason());
    ready(use(ORDERS));
  }

  @Test
  void aFencedPartitionIsLeftAloneForAWhileAndThenTakenAgain() throws Exception {
    Partition ours = ready(use(ORDERS)).partition();
    Partition thief = new Partition(context("there"), ORDERS, TopicConfig.defaults(), cause -> {});
    this.<Object>ask(answer -> thief.open(toward(answer)));
    assertEquals(QueueException.Reason.NOT_OWNER, appendFailure(ours).reason());

    assertInstanceOf(Refusal.RingUnavailable.class, use(ORDERS));
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    Object answer = use(ORDERS);
    while (answer instanceof Refusal && System.nanoTime() < deadline) {
      answer = use(ORDERS);
    }
    assertTrue(ready(answer).partition() != ours);
  }

  @Test
  void aRefreshServesUnderTheConfigurationThatIsStoredNow() throws Exception {
    OpenPartition first = ready(use(ORDERS));
    TopicConfig changed = TopicConfig.builder().maxDeliveries(5).build();
    update(changed);
    assertSame(first.partition(), ready(use(ORDERS)).partition());

    OpenPartition second = ready(refresh());

    assertEquals(changed, second.config());
    assertTrue(second.epoch().value() > first.epoch().value());
    assertSame(second.partition(), ready(use(ORDERS)).partition());
    assertEquals(QueueException.Reason.NOT_OWNER, appendFailure(first.partition()).reason());
    assertEquals(1, host.serving());
  }

  @Test
  void aRefreshOfWhatDidNotChangeTouchesNothing() throws Exception {
    OpenPartition first = ready(use(ORDERS));
    assertSame(first.partition(), ready(refresh()).partition());
  }

  @Test
  void whatComesWhileAPartitionTakesAChangeUpWaitsAndIsServedUnderIt() throws Exception {
    ready(use(ORDERS));
    TopicConfig changed = TopicConfig.builder().maxDeliveries(5).build();
    update(changed);
    List<Object> answers =
        ask(
            all -> {
              List<Object> got = new ArrayList<>();
              PartitionUse late =
                  answering(
                      answer -> {
                        got.add(answer);
                        if (got.size() == 3) {
                          all.complete(got);
                        }
                      });
              catalog.get(
                  ORDERS.topic(),
                  Completion.of(
                      config -> {
                        host.refresh(ORDERS, late);
                        // Behind the answer that starts it.
                        catalog.get(
                            ORDERS.topic(),
                            Completion.of(
                                seen -> {
                                  host.use(ORDERS, late);
                                  host.use(ORDERS, late);
                                },
                                all::completeExceptionally));
                      },
                      all::completeExceptionally));
            });
    for (Object answer : answers) {
      assertEquals(changed, ready(answer).config());
    }
  }

  @Test
  void aChangeThatIsStoredWhileAPartitionOpensIsNotMissed() throws Exception {
    for (int deliveries = 1; deliveries <= 20; deliveries++) {
      TopicConfig changed = TopicConfig.builder().maxDeliveries(deliveries).build();
      Object answer =
          ask(
              last -> {
                host.use(ORDERS, answering(first -> {}));
                catalog.update(
                    ORDERS.topic(),
                    Optional.empty(),
                    now -> changed,
                    Completion.of(
                        stored -> host.refresh(ORDERS, answering(last::complete)),
                        last::completeExceptionally));
              });
      assertEquals(changed, ready(answer).config());
      ring.owner = "127.0.0.1:7002";
      run(host::ringChanged);
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      while (host.serving() > 0 && System.nanoTime() < deadline) {
        run(() -> {});
      }
      ring.owner = "";
    }
  }

  @Test
  void drainingWaitsForAPartitionThatTakesAChangeUp() throws Exception {
    ready(use(ORDERS));
    update(TopicConfig.builder().maxDeliveries(5).build());
    List<String> order = new CopyOnWriteArrayList<>();
    this.<Object>ask(
        drained ->
            catalog.get(
                ORDERS.topic(),
                Completion.of(
                    config -> {
                      host.refresh(
                          ORDERS,
                          answering(answer -> order.add(answer.getClass().getSimpleName())));
                      catalog.get(
                          ORDERS.topic(),
                          Completion.of(
                              seen ->
                                  host.drain(
                                      Optional.empty(),
                                      () -> {
                                        order.add("drained");
                                        drained.complete("done");
                                      }),
                              drained::completeExceptionally));
                    },
                    drained::completeExceptionally)));
    assertEquals(List.of("Draining", "drained"), order);
    assertEquals(0, host.serving());
  }

  @Test
  void drainingSettlesAndRefuses() throws Exception {
    Partition partition = ready(use(ORDERS)).partition();
    this.<Object>ask(drained -> host.drain(Optional.empty(), () -> drained.complete("done")));
    assertInstanceOf(Refusal.Draining.class, use(ORDERS));
    assertEquals(0, host.serving());
    assertEquals(QueueException.Reason.NOT_OWNER, appendFailure(partition).reason());
  }

  @Test
  void whoeverIsSentAwayByADrainIsToldWhereTo() throws Exception {
    Partition partition = ready(use(ORDERS)).partition();
    this.<Object>ask(drained -> host.drain(Optional.of("heir:1"), () -> drained.complete("done")));
    assertEquals(new Refusal.OtherOwner("heir:1", Optional.empty()), use(ORDERS));
    assertEquals("heir:1", appendFailure(partition).details().get("owner"));
    assertInstanceOf(Refusal.Draining.class, use(new PartitionId(ORDERS.topic(), 1)));
  }

  @Test
  void whoeverIsSentAwayByAChangeOfTheRingIsToldWhereTo() throws Exception {
    Partition partition = ready(use(ORDERS)).partition();
    ring.owner = "newcomer:1";
    run(host::ringChanged);
    assertEquals("newcomer:1", appendFailure(partition).details().get("owner"));
  }

  @Test
  void whatGotAnotherPlaceIsServedUntilTheRingHasSaidWhoHasIt() throws Exception {
    Partition partition = ready(use(ORDERS)).partition();
    ring.owner = "far:1";
    ring.neighbour = "near:1";
    CompletableFuture<Boolean> servedWhenAsked = new CompletableFuture<>();
    ring.whenAsked = () -> servedWhenAsked.complete(partition.isServed());
    run(host::placementChanged);
    assertTrue(servedWhenAsked.get(PATIENCE.toSeconds(), TimeUnit.SECONDS));
    run(() -> {});
    assertEquals("far:1", appendFailure(partition).details().get("owner"));
  }

  @Test
  void whatTheRingGivesThisNodeWhileItAsksIsServed() throws Exception {
    ring.owner = "gone:1";
    ring.whenAsked = () -> ring.owner = "";
    ready(use(ORDERS));
  }

  @Test
  void drainingWaitsForWhatIsBeingOpened() throws Exception {
    List<String> order = new CopyOnWriteArrayList<>();
    this.<Object>ask(
        drained -> {
          host.use(ORDERS, answering(answer -> order.add(answer.getClass().getSimpleName())));
          host.drain(
              Optional.empty(),
              () -> {
                order.add("drained");
                drained.complete("done");
              });
        });
    assertEquals(List.of("Draining", "drained"), order);
  }

  private OwnerContext context(String name) {
    return new OwnerContext(
        new NodeIdentity(name, name + ":1"),
        loop,
        session.on(loop),
        new SplittableRandom(name.hashCode()),
        PartitionOptions.defaults());
  }

  private QueueException appendFailure(Partition partition) throws Exception {
    return ask(
        failure ->
            partition.append(
                new Batch(null, 0, 1, ByteBuffer.wrap(new byte[] {0x0A, 0})),
                Completion.of(
                    appended ->
                        failure.completeExceptionally(new AssertionError("appended: " + appended)),
                    failure::complete)));
  }

  private Object use(PartitionId id) throws Exception {
    return ask(answer -> host.use(id, answering(answer::complete)));
  }

  private Object refresh() throws Exception {
    return ask(answer -> host.refresh(ORDERS, answering(answer::complete)));
  }

  private void update(TopicConfig changed) throws Exception {
    this.<Object>ask(
        answer -> catalog.update(ORDERS.topic(), Optional.empty(), now -> changed, toward(answer)));
  }

  private static OpenPartition ready(Object answer) {
    return assertInstanceOf(OpenPartition.class, answer);
  }

  private static PartitionUse answering(Consumer<Object> answer) {
    return new PartitionUse() {
      @Override
      public void ready(OpenPartition open) {
        answer.accept(open);
      }

      @Override
      public void refused(Refusal refusal) {
        answer.accept(refusal);
      }
    };
  }

  private static <T> Completion<T> toward(CompletableFuture<Object> answer) {
    return Completion.of(answer::complete, answer::completeExceptionally);
  }

  private void run(Runnable task) throws Exception {
    this.<Object>ask(
        done -> {
          task.run();
          done.complete("done");
        });
  }

  private <T> T ask(Consumer<CompletableFuture<T>> question) throws Exception {
    CompletableFuture<T> answer = new CompletableFuture<>();
    loop.execute(() -> question.accept(answer));
    return answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  /** The test's loop at a later time. */
  private final class LaterLoop implements EventLoop {
    private volatile Duration later = Duration.ZERO;

    @Override
    public void execute(Runnable task) {
      loop.execute(task);
    }

    @Override
    public long nanoTime() {
      return loop.nanoTime() + later.toNanos();
    }

    @Override
    public long currentTimeMillis() {
      return loop.currentTimeMillis() + later.toMillis();
    }

    @Override
    public Timer schedule(Duration delay, Runnable task) {
      return loop.schedule(delay, task);
    }

    @Override
    public boolean isCurrent() {
      return loop.isCurrent();
    }
  }

  /** Says what the test wants. */
  private final class SaidRing implements OwnerDirectory {
    private volatile boolean member = true;

    /** Empty: this node. */
    private volatile String owner = "";

    /** Empty: the owner. */
    private volatile String neighbour = "";

    @Override
    public boolean isMember() {
      return member;
    }

    @Override
    public boolean owns(PartitionId id) {
      return owner.isEmpty();
    }

    private volatile Runnable whenAsked = () -> {};

    @Override
    public Optional<String> heir(PartitionId id) {
      return owner.isEmpty()
          ? Optional.empty()
          : Optional.of(neighbour.isEmpty() ? owner : neighbour);
    }

    @Override
    public void locate(PartitionId id, Consumer<Optional<String>> answer) {
      loop.execute(
          () -> {
            whenAsked.run();
            answer.accept(Optional.of(owner));
          });
    }
  }
}
