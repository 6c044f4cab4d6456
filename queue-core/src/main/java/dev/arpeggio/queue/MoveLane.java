package dev.arpeggio.queue;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The messages of a subscription that are on their way to one other topic, and their going there:
 * each once, in the order of their sequences.
 *
 * <p>The lane is a producer of its own at the topic. What it sends, under which sequence and to
 * which partition is stored before it is sent, and stays stored until the topic has confirmed it; a
 * later sequence is not sent before every earlier one is confirmed, or known to be stored nowhere
 * and struck from the store. So whoever finds the lane in the store, after whatever end of its
 * owner, sends the same again, and the topic recognises what it has.
 *
 * <p>An owner that dies before a move is stored has not sent anything; between that and the
 * confirmation, or before the acknowledgement is stored, its successor repeats.
 */
final class MoveLane {
  private static final int ANY = -1;
  private static final int BATCH_MESSAGES = 256;
  private static final int BATCH_BYTES = 192 * 1024;
  private static final Duration FIRST_RETRY = Duration.ofMillis(100);
  private static final Duration LAST_RETRY = Duration.ofSeconds(30);

  private final OwnerContext context;
  private final PartitionId origin;
  private final String subscription;
  private final TopicName topic;
  private final boolean redrive;
  private final ProducerId producer;
  private final Source source;
  private final ArrayDeque<Stored> queue = new ArrayDeque<>();
  private final Alarm retry;
  private int partition = ANY;
  private long nextSequence;
  // Messages before go one by one: a former owner may have sent them in batches of other sizes, of
  // which only the whole is recognised.
  private long singlesUntil;
  private long barrier;
  private @Nullable Flight flight;
  private boolean awaiting;
  private boolean pausing;
  private boolean pumping;
  private boolean stopped;
  private Duration wait = FIRST_RETRY;

  /** A move that is part of the subscription's state from that version on. */
  private record Stored(Move move, long version) {}

  /** A batch that is sent until it is confirmed or refused; always the same. */
  private record Flight(Batch batch, boolean bare) {
    long end() {
      return batch.firstSequence() + batch.count();
    }
  }

  /** What is stored of a lane. */
  record State(
      TopicName topic,
      int partition,
      boolean redrive,
      ProducerId producer,
      long nextSequence,
      List<Move> moves) {
    State {
      moves = List.copyOf(moves);
    }
  }

  /** The subscription that the messages are of. */
  interface Source {
    /** The newest version of the subscription's state that is on disk. */
    long durableVersion();

    /** The version of the subscription's state that the next change makes. */
    long nextVersion();

    /** The lane's state has changed, and is to be stored as the next version. */
    void changed();

    /** Whether the log still has this message. */
    boolean isRetained(long offset);

    /** The frame of a message; null: not before a later {@link MoveLane#pump()}. */
    @Nullable ByteBuffer frame(long offset);

    /** The lane is done with these. */
    void settled(Move move, Outcome outcome);
  }

  /** What became of messages that were to be moved. */
  enum Outcome {
    /** They are stored where they were to go. */
    ARRIVED,
    /** They cannot go there, and are stored nowhere else. */
    REFUSED,
    /** The log had dropped them. */
    GONE
  }

  private MoveLane(
      OwnerContext context,
      PartitionId origin,
      String subscription,
      TopicName topic,
      boolean redrive,
      ProducerId producer,
      Source source) {
    this.context = context;
    this.origin = origin;
    this.subscription = subscription;
    this.topic = topic;
    this.redrive = redrive;
    this.producer = producer;
    this.source = source;
    this.retry =
        new Alarm(
            context.loop(),
            () -> {
              pausing = false;
              pump();
            });
  }

  /**
   * A new lane, with a producer that nobody has heard of.
   *
   * @param target where everything goes
   * @param redrive whether messages become again what they were before they were dead letters
   */
  static MoveLane create(
      OwnerContext context,
      PartitionId origin,
      String subscription,
      Destination target,
      boolean redrive,
      Source source) {
    var producer = new ProducerId(context.random().nextLong(), context.random().nextLong());
    var lane =
        new MoveLane(context, origin, subscription, target.topic(), redrive, producer, source);
    lane.partition = target.partition().orElse(ANY);
    return lane;
  }

  /** A lane as a former owner left it. */
  static MoveLane restore(
      OwnerContext context, PartitionId origin, String subscription, State state, Source source) {
    var lane =
        new MoveLane(
            context,
            origin,
            subscription,
            state.topic(),
            state.redrive(),
            state.producer(),
            source);
    lane.partition = state.partition();
    lane.nextSequence = state.nextSequence();
    lane.singlesUntil = state.nextSequence();
    state.moves().forEach(move -> lane.queue.addLast(new Stored(move, 0)));
    return lane;
  }

  boolean leadsTo(Destination target, boolean redriven) {
    return topic.equals(target.topic())
        && redrive == redriven
        && (target.partition().isEmpty() || target.partition().getAsInt() == partition);
  }

  boolean isEmpty() {
    return queue.isEmpty();
  }

  int ranges() {
    return queue.size();
  }

  long messages() {
    return queue.stream().mapToLong(stored -> stored.move().count()).sum();
  }

  /** Whether the topic did not take what it was last asked to take. */
  boolean isStuck() {
    return pausing;
  }

  State state() {
    return new State(
        topic,
        partition,
        redrive,
        producer,
        nextSequence,
        queue.stream().map(Stored::move).toList());
  }

  /** Messages that are withdrawn from the backlog; stored with the version that comes next. */
  void add(Redeliveries.Redelivery range, String reason) {
    long now = context.loop().currentTimeMillis();
    var move = new Move(range.first(), range.size(), nextSequence, range.count(), reason, now);
    nextSequence += range.size();
    Stored last = queue.peekLast();
    // Only what is not sent yet, and waits for the same commit.
    if (last != null
        && last.version() > source.durableVersion()
        && last.move().isFollowedBy(move)) {
      queue.removeLast();
      move = last.move().with(move);
    }
    // Must be here before it is said: the commit may be made at once.
    queue.addLast(new Stored(move, source.nextVersion()));
    source.changed();
  }

  void stop() {
    stopped = true;
    retry.cancel();
  }

  /** Sends what is stored and not sent. */
  void pump() {
    if (pumping) {
      return;
    }
    pumping = true;
    try {
      while (step()) {
        // An outlet may answer at once.
      }
    } finally {
      pumping = false;
    }
  }

  private boolean step() {
    if (stopped || awaiting || pausing || queue.isEmpty() || source.durableVersion() < barrier) {
      return false;
    }
    if (flight == null && !skipWhatIsGone()) {
      return false;
    }
    if (queue.isEmpty() || queue.getFirst().version() > source.durableVersion()) {
      return false;
    }
    if (partition == ANY) {
      awaiting = true;
      context.outlet().place(topic, origin, !redrive, Completion.of(this::placed, this::notPlaced));
      return !awaiting;
    }
    Flight sent = flight == null ? load(false) : flight;
    flight = sent;
    if (sent == null) {
      return false;
    }
    awaiting = true;
    context
        .outlet()
        .append(
            new PartitionId(topic, partition),
            sent.batch(),
            Completion.of(appended -> confirmed(), this::failed));
    return !awaiting;
  }

  // ---- Where to.

  // Stored before anything is sent there: whoever repeats it must ask the same partition.
  private void placed(PartitionId target) {
    awaiting = false;
    wait = FIRST_RETRY;
    if (!stopped) {
      partition = target.partition();
      raiseBarrier();
      pump();
    }
  }

  // Nothing is sent until what has just changed is stored.
  private void raiseBarrier() {
    barrier = source.nextVersion();
    source.changed();
  }

  private void notPlaced(QueueException why) {
    awaiting = false;
    if (stopped) {
      return;
    }
    if (redrive && why.reason() == QueueException.Reason.TOPIC_NOT_FOUND) {
      giveBackAll();
    } else {
      pause();
    }
  }

  // ---- What.

  // Of messages that were dropped from the log, nobody is owed anything.
  private boolean skipWhatIsGone() {
    boolean skipped = false;
    while (!queue.isEmpty() && !source.isRetained(queue.getFirst().move().first())) {
      source.settled(takeFirst(1), Outcome.GONE);
      skipped = true;
    }
    if (skipped) {
      source.changed();
    }
    return !queue.isEmpty();
  }

  private @Nullable Flight load(boolean bare) {
    var frames = new ArrayList<byte[]>();
    long first = queue.getFirst().move().firstSequence();
    int most = first < singlesUntil || bare ? 1 : BATCH_MESSAGES;
    int bytes = 0;
    long sequence = first;
    for (Stored stored : queue) {
      Move move = stored.move();
      if (stored.version() > source.durableVersion()) {
        break;
      }
      for (; move.firstSequence() == sequence && move.count() > 0; move = move.without(1)) {
        ByteBuffer frame =
            frames.size() < most && source.isRetained(move.first())
                ? source.frame(move.first())
                : null;
        if (frame == null) {
          return flight(first, frames, bytes, bare);
        }
        byte[] letter = write(frame, move, bare);
        if (!frames.isEmpty() && bytes + letter.length > BATCH_BYTES) {
          return flight(first, frames, bytes, bare);
        }
        frames.add(letter);
        bytes += letter.length;
        sequence++;
      }
      if (move.count() > 0) {
        break;
      }
    }
    return flight(first, frames, bytes, bare);
  }

  private byte[] write(ByteBuffer frame, Move move, boolean bare) {
    Letter letter = Letter.of(frame);
    if (bare) {
      return letter.barest();
    }
    return redrive ? letter.bare() : letter.from(origin, subscription, move.first(), move);
  }

  private @Nullable Flight flight(long first, List<byte[]> frames, int bytes, boolean bare) {
    if (frames.isEmpty()) {
      return null;
    }
    var all = ByteBuffer.allocate(bytes);
    frames.forEach(all::put);
    return new Flight(new Batch(producer, first, frames.size(), all.flip(), true, 0), bare);
  }

  // ---- What becomes of it.

  private void confirmed() {
    awaiting = false;
    wait = FIRST_RETRY;
    Flight sent = flight;
    if (stopped || sent == null) {
      return;
    }
    flight = null;
    for (long left = sent.batch().count(); left > 0; ) {
      Move move = takeFirst(left);
      left -= move.count();
      source.settled(move, Outcome.ARRIVED);
    }
    source.changed();
    pump();
  }

  private Move takeFirst(long most) {
    Stored first = queue.removeFirst();
    Move move = first.move();
    if (move.count() <= most) {
      return move;
    }
    queue.addFirst(new Stored(move.without(most), first.version()));
    return move.firstOf(most);
  }

  private void failed(QueueException why) {
    awaiting = false;
    Flight sent = flight;
    if (stopped || sent == null) {
      return;
    }
    switch (why.reason()) {
      case MESSAGE_TOO_LARGE, INVALID_ARGUMENT -> refused(sent);
      case OUT_OF_SEQUENCE -> oneByOne(sent);
      case TOPIC_NOT_FOUND, PARTITION_NOT_FOUND -> notThere();
      default -> pause();
    }
    pump();
  }

  private void oneByOne(Flight sent) {
    if (sent.batch().count() == 1) {
      // Its repeat would be recognised, and it is later than all that are: this cannot last.
      pause();
      return;
    }
    singlesUntil = sent.end();
    flight = null;
  }

  // One of its messages is not as the topic wants it.
  private void refused(Flight sent) {
    if (sent.batch().count() > 1) {
      oneByOne(sent);
    } else if (!sent.bare()) {
      flight = load(true);
    } else {
      flight = null;
      source.settled(takeFirst(1), Outcome.REFUSED);
      raiseBarrier();
    }
  }

  private void notThere() {
    if (redrive) {
      giveBackAll();
    } else {
      // What it had taken went with it.
      partition = ANY;
      raiseBarrier();
      pause();
    }
  }

  private void giveBackAll() {
    flight = null;
    while (!queue.isEmpty()) {
      source.settled(takeFirst(Long.MAX_VALUE), Outcome.REFUSED);
    }
    raiseBarrier();
  }

  private void pause() {
    pausing = true;
    retry.setTo(context.loop().nanoTime() + wait.toNanos());
    wait = wait.multipliedBy(2).compareTo(LAST_RETRY) < 0 ? wait.multipliedBy(2) : LAST_RETRY;
  }
}
