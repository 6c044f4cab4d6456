package dev.arpeggio.queue;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Judges who is heard in an exclusive topic, and notices keys that are silent for longer than the
 * topic promises.
 *
 * <p>Each key belongs to the live publisher of the highest strength that published it; of equals,
 * to the one that had it first. A batch is judged when it gets its place in the log, so that every
 * reader switches from one publisher to the next at the same message; its messages that are not
 * heard are dropped, and that is answered only once a fenced commit behind it has landed.
 *
 * <p>A next owner knows the same: whose batches are in the log says who was heard for which key.
 * What the log lost by deletions, and what it never says (strengths and leases), is stored with the
 * producers' table: with every deletion, and with the first batch of a publisher and of a change.
 * Publishers have their lease to come back to the new owner; meanwhile they keep their keys.
 */
final class Arbiter {
  private static final int MAX_STRENGTH = Integer.MAX_VALUE;

  private final Qos qos;
  private final ProducerTable producers;
  private final Consumer<MissedDeadline> onMissed;
  private final Publishers publishers = new Publishers();
  private final KeyOwners keys;
  private final HeardMessages heardMessages = new HeardMessages();
  private final Patrol patrol;
  private final MessageScanner scanner = new MessageScanner(TopicConfig.MAX_PRIORITY);
  private boolean news;
  private long notHeard;
  private long missed;

  /**
   * @param producers read only
   * @param onMissed told of deadlines
   */
  Arbiter(EventLoop loop, Qos qos, ProducerTable producers, Consumer<MissedDeadline> onMissed) {
    this.qos = qos;
    this.producers = producers;
    this.onMissed = onMissed;
    this.keys = new KeyOwners(qos.hasDeadline());
    this.patrol = new Patrol(loop, qos.lease(), this::look);
    if (qos.hasDeadline()) {
      patrol.hasten(qos.deadline());
    }
  }

  /** Null for a topic in which there is nothing to judge. */
  static @Nullable Arbiter of(
      EventLoop loop, Qos qos, ProducerTable producers, Consumer<MissedDeadline> onMissed) {
    return qos.isExclusive() || qos.hasDeadline()
        ? new Arbiter(loop, qos, producers, onMissed)
        : null;
  }

  // ---- Publishers.

  /**
   * @param spec meets what the topic demands
   * @throws QueueException LIMIT_EXCEEDED
   */
  PublisherHandle attach(PublisherSpec spec) throws QueueException {
    ProducerId id = spec.id();
    if (id == null || !qos.isExclusive()) {
      return new FreePublisher(spec, qos);
    }
    Duration lease = spec.lease() == null ? qos.lease() : spec.lease();
    patrol.hasten(lease);
    var handle = new Attached(id, spec, lease);
    handle.publisher.holdBy(handle);
    return handle;
  }

  private Publisher enter(ProducerId id, int strength, Duration lease) throws QueueException {
    Publisher known = publishers.find(id);
    if (known == null) {
      news = true;
      return publishers.add(id, strength, lease, awakeNanos());
    }
    news |= known.offer(strength, lease);
    known.alive(awakeNanos());
    return known;
  }

  /** A publisher with a stream. */
  private final class Attached implements PublisherHandle {
    private final PublisherSpec spec;
    private final Duration lease;
    private final ProducerId id;
    private int strength;
    private Publisher publisher;

    Attached(ProducerId id, PublisherSpec spec, Duration lease) throws QueueException {
      this.id = id;
      this.spec = spec;
      this.lease = lease;
      this.strength = spec.strength();
      this.publisher = enter(id, strength, lease);
    }

    @Override
    public Duration lease() {
      return lease;
    }

    @Override
    public void alive() throws QueueException {
      if (publisher.isGone()) {
        publisher = enter(id, strength, lease);
        publisher.holdBy(this);
      }
      publisher.alive(awakeNanos());
    }

    @Override
    public void changeStrength(int stronger) throws QueueException {
      QosRules.checkPublisher(spec.withStrength(stronger), qos);
      strength = stronger;
      alive();
      if (publisher.isHeldBy(this)) {
        news |= publisher.offer(strength, lease);
      }
    }

    @Override
    public void close() {
      if (publisher.isHeldBy(this)) {
        publishers.remove(publisher);
      }
    }
  }

  // ---- Judging.

  /**
   * Decides which messages of a batch are heard.
   *
   * @throws QueueException LIMIT_EXCEEDED, INVALID_ARGUMENT
   */
  Heard judge(Batch batch, Frames frames) throws QueueException {
    if (batch.moved()) {
      return Heard.all(batch.count());
    }
    ProducerId id = batch.producer();
    if (id == null && qos.isExclusive()) {
      throw QosRules.anonymous();
    }
    ByteBuffer in = batch.messages();
    var hashes = new long[batch.count()];
    for (int i = 0; i < hashes.length; i++) {
      hashes[i] = scan(in, frames, i);
    }
    if (qos.isExclusive()) {
      keys.reserve(hashes);
    }
    Publisher publisher = id == null || !qos.isExclusive() ? null : speaker(id);
    var unheard = new BitSet(0);
    long now = awakeNanos();
    for (int i = 0; i < hashes.length; i++) {
      int message = i;
      if (publisher == null || keys.claim(hashes[i], publisher)) {
        keys.heard(hashes[i], now, most -> key(in, frames, message, most));
      } else {
        unheard.set(i);
      }
    }
    notHeard += unheard.cardinality();
    return unheard.isEmpty() ? Heard.all(batch.count()) : new Heard(batch.count(), unheard);
  }

  // Whoever publishes by single calls has no stream on which to offer something.
  private Publisher speaker(ProducerId id) throws QueueException {
    Publisher known = publishers.find(id);
    if (known == null) {
      return enter(id, 0, qos.lease());
    }
    known.alive(awakeNanos());
    return known;
  }

  private @Nullable ByteBuffer key(ByteBuffer in, Frames frames, int message, int most) {
    scan(in, frames, message);
    return scanner.keyLength() > most ? null : scanner.copyKey(in);
  }

  private long scan(ByteBuffer in, Frames frames, int message) {
    int[] starts = frames.starts();
    int from = in.position() + starts[message];
    int end = message + 1 < starts.length ? in.position() + starts[message + 1] : in.limit();
    try {
      scanner.scan(in, Frames.messageStart(in, from), end, message);
    } catch (QueueException e) {
      throw new IllegalStateException("a message that was scanned before is malformed", e);
    }
    return scanner.keyHash(in);
  }

  /** These decisions hold: called in the order of the log, before the producers' table knows. */
  void landed(List<SegmentCodec.Entry> entries) {
    if (qos.isExclusive()) {
      for (var entry : entries) {
        remember(entry);
      }
    }
  }

  private void remember(SegmentCodec.Entry entry) {
    ProducerTable.Last last = producers.last(entry.producer());
    heardMessages.add(
        entry.producer(),
        entry.firstSequence(),
        entry.heard(),
        last == null ? -1 : last.sequence());
  }

  /**
   * Which messages of a batch that was decided before were not heard.
   *
   * @throws QueueException OUTCOME_UNKNOWN if that was forgotten
   */
  List<SequenceRange> notHeard(ProducerId producer, long first, long end) throws QueueException {
    return qos.isExclusive() ? heardMessages.notHeard(producer, first, end) : List.of();
  }

  // ---- The passing of time.

  void start() {
    patrol.start();
  }

  void stop() {
    patrol.stop();
  }

  private void look() {
    publishers.removeOverdue(awakeNanos());
    if (qos.hasDeadline()) {
      keys.expire(awakeNanos(), qos.deadline(), this::missed);
    }
  }

  private void missed(Optional<ByteBuffer> key) {
    missed++;
    onMissed.accept(new MissedDeadline(key, missed));
  }

  private long awakeNanos() {
    return patrol.awakeNanos();
  }

  // ---- What a next owner has to know.

  /** Whether publishers have changed since {@link #encode}. */
  boolean hasNews() {
    return news && qos.isExclusive();
  }

  /** What was stored may be lost. */
  void storeAgain() {
    news = true;
  }

  /** At most what {@link #encode} takes. */
  int encodedBytes() {
    return publishers.encodedBytes() + keys.encodedBytes() + heardMessages.encodedBytes();
  }

  byte[] encode() {
    news = false;
    var out = ByteBuffer.allocate(encodedBytes());
    var numbers = new LinkedHashMap<Publisher, Integer>();
    publishers.encode(out, numbers);
    keys.encode(out, numbers);
    heardMessages.encode(out);
    var encoded = new byte[out.position()];
    out.flip().get(encoded);
    return encoded;
  }

  /**
   * @param stored what {@link #encode} wrote, or nothing
   * @throws QueueException STORE_CORRUPT
   */
  void restore(String path, byte[] stored) throws QueueException {
    var in = ByteBuffer.wrap(stored);
    if (!in.hasRemaining()) {
      return;
    }
    try {
      Publisher[] numbered = publishers.decode(in, awakeNanos());
      keys.decode(in, numbered, awakeNanos());
      heardMessages.decode(in);
    } catch (BufferUnderflowException e) {
      throw QueueException.storeCorrupt(path, "publishers that make no sense");
    }
  }

  /** Takes note of a segment of the log that was stored after what {@link #restore} read. */
  void replay(SegmentCodec.Decoded decoded) {
    Body body = decoded.body();
    var speakers = new Publisher[body.count()];
    landed(decoded.entries());
    for (var entry : decoded.entries()) {
      Publisher speaker = restored(entry.producer());
      for (int i = entry.at(); i < entry.at() + entry.count() && i < speakers.length; i++) {
        speakers[i] = speaker;
      }
    }
    ByteBuffer content = body.content();
    for (int i = 0; i < body.count(); i++) {
      body.scan(i, content, scanner);
      keys.replay(scanner.keyHash(content), speakers[i], body.offset(i), awakeNanos());
    }
  }

  // Nobody knows the strength of one whose record was lost: nobody is to speak for it.
  private @Nullable Publisher restored(ProducerId id) {
    if (!qos.isExclusive()) {
      return null;
    }
    Publisher known = publishers.find(id);
    try {
      return known != null ? known : publishers.add(id, MAX_STRENGTH, qos.lease(), awakeNanos());
    } catch (QueueException e) {
      return null;
    }
  }

  PartitionStats.PublishingStats stats() {
    return new PartitionStats.PublishingStats(publishers.size(), keys.size(), notHeard, missed);
  }
}
