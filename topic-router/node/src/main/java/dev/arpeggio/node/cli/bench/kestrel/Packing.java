package dev.arpeggio.node.cli.bench.kestrel;

import dev.arpeggio.client.Consumer;
import dev.arpeggio.client.ConsumerOptions;
import dev.arpeggio.client.Message;
import dev.arpeggio.client.Producer;
import dev.arpeggio.client.ReceivedMessage;
import dev.arpeggio.node.cli.bench.Samples;
import dev.arpeggio.node.cli.bench.load.Bench;
import dev.arpeggio.node.cli.bench.load.Bodies;
import dev.arpeggio.node.cli.bench.load.MessageOptions;
import dev.arpeggio.node.cli.bench.load.Publishing;
import dev.arpeggio.node.cli.bench.load.Rig;
import dev.arpeggio.node.cli.bench.load.Window;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A backlog, cycles of putting and getting as much, and a drain; every item in its order. */
final class Packing implements Bench.Measurement {
  private static final int CREDIT = 10_000;
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration PACKING = Duration.ofSeconds(10);
  private static final long POLL_MILLIS = 20;

  private final Rig rig;
  private final MessageOptions messages;
  private final long count;
  private final int cycles;
  private final Duration pause;

  Packing(Rig rig, MessageOptions messages, long count, int cycles, Duration pause) {
    this.rig = rig;
    this.messages = messages;
    this.count = count;
    this.cycles = cycles;
    this.pause = pause;
  }

  @Override
  public void round(Bench.Round round) throws InterruptedException {
    String topic = rig.newTopic(messages.topic());
    byte[] template = messages.bodies().template();
    Sequence sequence = new Sequence(template.clone());
    Samples rates = new Samples();
    Window window = new Window();
    try (Producer producer = rig.client(0).producer(topic);
        Consumer consumer =
            rig.client(0).consumer(topic, ConsumerOptions.defaults().withCredit(CREDIT))) {
      Putter putter = new Putter(producer, template, window);
      round.progress("seed");
      putter.put();
      for (int i = 0; i < cycles; i++) {
        int cycle = i + 1;
        round.progress("cycle " + cycle + " of " + cycles);
        long started = System.nanoTime();
        CompletableFuture<Void> put = CompletableFuture.runAsync(putter::put, Packing::onThread);
        get(consumer, sequence);
        put.join();
        rates.add(count * 1e9 / (System.nanoTime() - started));
        Thread.sleep(pause.toMillis());
      }
      round.progress("drain");
      get(consumer, sequence);
    }
    window.settle();
    round.report().figure("put and got, a cycle", "messages/s").add(rates.median());
    round.report().figure("put and got, the slowest cycle", "messages/s").add(rates.min());
    round.errors(new Publishing.Outcome(count * (cycles + 1), 1, window.failed(), window.why()));
    long backlog = rig.backlog(topic);
    Bench.require(backlog == 0, "all was got, and the backlog is " + backlog);
    round.report().figure("retained in the end", "bytes").add((double) retained(topic));
    rig.delete(topic);
  }

  /** What is read is packed away soon after, not at once. */
  private long retained(String topic) throws InterruptedException {
    long deadline = System.nanoTime() + PACKING.toNanos();
    long bytes = rig.retainedBytes(topic);
    while (bytes > 0 && System.nanoTime() - deadline < 0) {
      Thread.sleep(POLL_MILLIS);
      bytes = rig.retainedBytes(topic);
    }
    return bytes;
  }

  private static void onThread(Runnable task) {
    new Thread(task, "bench-putter").start();
  }

  private void get(Consumer consumer, Sequence sequence) {
    long missing = count;
    while (missing > 0) {
      List<ReceivedMessage> items =
          consumer.receiveBatch((int) Math.min(CREDIT, missing), PATIENCE);
      if (items.isEmpty()) {
        throw rig.stuck("%d items of a cycle did not come".formatted(missing));
      }
      for (ReceivedMessage item : items) {
        sequence.take(item.body());
        consumer.acknowledge(item);
      }
      missing -= items.size();
    }
    consumer.flushAcknowledgements(PATIENCE);
  }

  /** Puts as many items as a cycle has; for one thread at a time. */
  private final class Putter {
    private final Producer producer;
    private final byte[] body;
    private final Message message;
    private final Window window;
    private long next;

    Putter(Producer producer, byte[] body, Window window) {
      this.producer = producer;
      this.body = body;
      this.message = Message.of(body);
      this.window = window;
    }

    void put() {
      for (long i = 0; i < count; i++) {
        Bodies.stamp(body, 0, next++, 0);
        window.add(producer.send(message));
      }
      producer.flush();
    }
  }
}
