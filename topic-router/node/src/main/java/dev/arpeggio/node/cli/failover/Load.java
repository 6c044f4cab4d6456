package dev.arpeggio.node.cli.failover;

import dev.arpeggio.client.Arpeggio;
import dev.arpeggio.client.Consumer;
import dev.arpeggio.client.Message;
import dev.arpeggio.client.Partitioning;
import dev.arpeggio.client.Producer;
import dev.arpeggio.client.ReceivedMessage;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A producer that sends keyed messages to all partitions at a fixed rate, and one consumer that
 * acknowledges what it gets. Two threads of its own; the rest is thread-safe.
 */
final class Load implements AutoCloseable {
  private static final int KEYS_PER_PARTITION = 4;
  private static final int BODY_BYTES = 100;
  private static final int BATCH = 1_000;
  private static final Duration POLL = Duration.ofMillis(200);

  /** How long to wait for what is missing, once nothing is sent any more. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Producer producer;
  private final Consumer consumer;
  private final long intervalNanos;
  private final List<String> keys;
  private final int[] partitionOf;
  private final Exactness exactness;
  private final Pulse confirmations;
  private final Pulse deliveries;
  private final Thread sender;
  private final Thread receiver;
  private volatile boolean sending = true;
  private volatile boolean receiving = true;
  // Only the sender writes it.
  private volatile long sent;
  private volatile @Nullable Throwable failure;

  private Load(Arpeggio arpeggio, String topic, int partitions, int perSecond) {
    this.producer = arpeggio.producer(topic);
    this.consumer = arpeggio.consumer(topic);
    this.intervalNanos = TimeUnit.SECONDS.toNanos(1) / perSecond;
    this.keys = keys(partitions);
    this.partitionOf =
        keys.stream()
            .mapToInt(key -> Partitioning.ofKey(Message.of("").withKey(key).key(), partitions))
            .toArray();
    this.exactness = new Exactness(keys.size());
    this.confirmations = new Pulse(partitions, System.nanoTime());
    this.deliveries = new Pulse(partitions, System.nanoTime());
    this.sender = new Thread(() -> watched(this::send), "load-sender");
    this.receiver = new Thread(() -> watched(this::receive), "load-receiver");
  }

  /** Starts to send and to consume. */
  static Load start(Arpeggio arpeggio, String topic, int partitions, int perSecond) {
    Load load = new Load(arpeggio, topic, partitions, perSecond);
    load.sender.start();
    load.receiver.start();
    return load;
  }

  /** The same number of keys for each partition, in turn. */
  private static List<String> keys(int partitions) {
    List<String> chosen = new ArrayList<>();
    int[] found = new int[partitions];
    for (int i = 0; chosen.size() < partitions * KEYS_PER_PARTITION; i++) {
      String key = "key-" + i;
      int partition = Partitioning.ofKey(Message.of("").withKey(key).key(), partitions);
      if (found[partition] < KEYS_PER_PARTITION) {
        found[partition]++;
        chosen.add(key);
      }
    }
    return chosen;
  }

  Pulse confirmations() {
    return confirmations;
  }

  Pulse deliveries() {
    return deliveries;
  }

  /** How many messages were sent; the next one gets this number. */
  long sent() {
    return sent;
  }

  /** What has ended a thread too early; null: nothing. */
  @Nullable Throwable failure() {
    return failure;
  }

  /** Sends nothing more, waits for what is missing, and judges. */
  Exactness.Verdict finish() throws InterruptedException {
    sending = false;
    sender.join();
    producer.flush();
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!exactness.isComplete() && System.nanoTime() - deadline < 0) {
      Thread.sleep(POLL.toMillis());
    }
    // What comes twice may come late.
    Thread.sleep(POLL.multipliedBy(5).toMillis());
    return exactness.verdict();
  }

  private void watched(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      if (sending) {
        failure = e;
      }
    }
  }

  private void send() {
    long due = System.nanoTime();
    while (sending) {
      LockSupport.parkNanos(due - System.nanoTime());
      if (System.nanoTime() - due >= 0) {
        send((int) (sent % keys.size()), sent);
        due += intervalNanos;
      }
    }
  }

  private void send(int key, long number) {
    int sequence = exactness.send(key);
    ByteBuffer body = ByteBuffer.allocate(BODY_BYTES).putLong(number).putInt(key).putInt(sequence);
    sent = number + 1;
    // The callback is the end of the chain: it notes every outcome, and cannot fail.
    var unused =
        producer
            .send(Message.of(body.array()).withKey(keys.get(key)))
            .whenComplete((confirmation, error) -> settled(key, sequence, number, error));
  }

  private void settled(int key, int sequence, long number, @Nullable Throwable error) {
    if (error == null) {
      exactness.confirmed(key, sequence);
      confirmations.beat(partitionOf[key], number, System.nanoTime());
    } else {
      exactness.failed();
    }
  }

  private void receive() {
    while (receiving) {
      for (ReceivedMessage message : consumer.receiveBatch(BATCH, POLL)) {
        ByteBuffer body = ByteBuffer.wrap(message.body());
        long number = body.getLong();
        int key = body.getInt();
        exactness.delivered(key, body.getInt(), message.redeliveries() > 0);
        deliveries.beat(partitionOf[key], number, System.nanoTime());
        consumer.acknowledge(message);
      }
    }
  }

  @Override
  public void close() {
    sending = false;
    receiving = false;
    sender.interrupt();
    boolean interrupted = false;
    for (Thread thread : List.of(sender, receiver)) {
      try {
        thread.join(PATIENCE.toMillis());
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    consumer.close();
    producer.close();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
