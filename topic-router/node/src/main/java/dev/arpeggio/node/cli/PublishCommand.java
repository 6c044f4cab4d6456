package dev.arpeggio.node.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.arpeggio.client.Arpeggio;
import dev.arpeggio.client.ArpeggioException;
import dev.arpeggio.client.Message;
import dev.arpeggio.client.Producer;
import dev.arpeggio.node.cli.io.Console;
import dev.arpeggio.node.cli.io.Durations;
import dev.arpeggio.node.cli.io.ExitCode;
import dev.arpeggio.node.cli.io.Failure;
import dev.arpeggio.node.cli.io.Figures;
import dev.arpeggio.node.cli.io.InputFiles;
import dev.arpeggio.node.cli.io.Json;
import dev.arpeggio.node.cli.io.LineReader;
import dev.arpeggio.node.cli.io.LineTooLongException;
import dev.arpeggio.node.cli.io.Progress;
import dev.arpeggio.node.cli.io.Termination;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Publishes every line of a file or of standard input, and waits until all are confirmed. */
@Command(
    name = "publish",
    description = {
      "Publish every line as a message and wait until all are confirmed.",
      "Confirmed means on disk, on a quorum of ZooKeeper's servers. Lines end at LF and may hold any",
      "bytes; an empty line is a message."
    },
    footerHeading = "Examples:%n",
    footer = {
      "  arpeggio publish orders orders.txt",
      "  tail -f access.log | arpeggio publish clicks",
      "  arpeggio publish orders --key customer-7 orders.txt",
      ""
    })
final class PublishCommand implements Runnable {
  private static final Duration GRACE = Duration.ofSeconds(10);

  private final Console console;
  private final ArpeggioCommand root;

  @Mixin private final Connection connection = new Connection();

  @Parameters(index = "0", paramLabel = "TOPIC", description = "The topic, which must exist.")
  private String topic = "";

  @Parameters(
      index = "1",
      paramLabel = "FILE",
      defaultValue = "-",
      description = "What to publish; '-' or nothing: standard input.")
  private String file = "-";

  @Option(
      names = "--key",
      paramLabel = "KEY",
      defaultValue = "",
      description = "The key of all messages: they go to one partition, in their order.")
  private String key = "";

  @Option(
      names = "--priority",
      paramLabel = "N",
      description = "The priority of all messages: higher ones are delivered first, 0 to 999.")
  private int priority;

  @Option(
      names = "--delay",
      paramLabel = "DURATION",
      converter = Durations.class,
      description = "Deliver no message before so long after it is stored, such as 5s.")
  private Duration delay = Duration.ZERO;

  @Option(
      names = "--ttl",
      paramLabel = "DURATION",
      converter = Durations.class,
      description = "Drop a message that nobody has taken so long after it is stored, such as 2m.")
  private Duration timeToLive = Duration.ZERO;

  @Mixin private final OfferOptions offer = new OfferOptions();

  PublishCommand(Console console, ArpeggioCommand root) {
    this.console = console;
    this.root = root;
  }

  @Override
  public void run() {
    checkAttributes();
    try (InputStream in = file.equals("-") ? console.in() : InputFiles.open(file);
        Termination termination = Termination.watch(GRACE);
        Arpeggio arpeggio = connection.open()) {
      int maxMessageBytes = arpeggio.admin().describeTopic(topic).settings().maxMessageBytes();
      byte[] keyBytes = key.getBytes(UTF_8);
      int maxLineBytes = MessageSize.largestBody(maxMessageBytes, keyBytes.length);
      try (Producer producer = arpeggio.producer(topic, offer.options())) {
        publish(
            new LinePublisher(producer, this::address),
            new LineReader(in, maxLineBytes),
            termination);
      }
    } catch (IOException e) {
      throw cannotRead(e);
    }
  }

  private Message address(Message line) {
    Message message = line.withPriority(priority).withDelay(delay).withTimeToLive(timeToLive);
    return key.isEmpty() ? message : message.withKey(key);
  }

  private void checkAttributes() {
    try {
      var unused = address(Message.of(""));
    } catch (IllegalArgumentException e) {
      throw Failure.usage(e.getMessage(), "see arpeggio publish --help");
    }
  }

  private void publish(LinePublisher publisher, LineReader lines, Termination termination)
      throws IOException {
    long start = System.nanoTime();
    LineTooLongException tooLong = null;
    try (Progress progress = new Progress(console)) {
      publisher.send(
          lines, () -> progress.update(() -> "published " + Figures.count(publisher.confirmed())));
    } catch (LineTooLongException e) {
      tooLong = e;
    } catch (IOException e) {
      if (!termination.isRequested()) {
        settle(publisher);
        throw e;
      }
    }
    settle(publisher);
    Duration duration = Duration.ofNanos(System.nanoTime() - start);
    if (publisher.refusal() != null) {
      throw refused(publisher, publisher.refusal());
    }
    if (tooLong != null) {
      throw tooLong(publisher, tooLong);
    }
    report(publisher, duration);
  }

  /** After an interrupt too, what was sent deserves its confirmation. */
  private static void settle(LinePublisher publisher) {
    Thread.interrupted();
    publisher.flush();
  }

  private void report(LinePublisher publisher, Duration duration) {
    long confirmed = publisher.confirmed();
    if (root.json()) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("topic", topic);
      json.put(offer.isBestEffort() ? "sent" : "confirmed", confirmed);
      json.put("not_heard", publisher.notHeard());
      json.put("dropped", publisher.dropped());
      json.put("seconds", duration.toMillis() / 1_000.0);
      console.print(Json.write(json));
    } else if (publisher.sent() == 0) {
      console.say("nothing to publish: no lines");
    } else {
      console.say(
          "published %s in %s, %s/s, %s"
              .formatted(
                  Figures.count(confirmed, "message"),
                  Figures.seconds(duration),
                  Figures.count(Figures.perSecond(confirmed, duration)),
                  outcome(publisher)));
    }
  }

  private String outcome(LinePublisher publisher) {
    if (offer.isBestEffort()) {
      return "none confirmed, %s dropped".formatted(Figures.count(publisher.dropped()));
    }
    return publisher.notHeard() == 0
        ? "all confirmed"
        : "all confirmed; %s not heard, as another publisher has their keys"
            .formatted(Figures.count(publisher.notHeard(), "message"));
  }

  private static Failure tooLong(LinePublisher publisher, LineTooLongException e) {
    return new Failure(
        ExitCode.FAILED,
        "line %s is longer than the %s bytes that the topic takes (%s before it confirmed, nothing after it sent)"
            .formatted(
                Figures.count(e.line()),
                Figures.count(e.limitBytes()),
                Figures.count(publisher.confirmed(), "line")),
        "split the line, or use a topic with a higher --max-message-bytes (at most 262144)");
  }

  private static Failure refused(LinePublisher publisher, LinePublisher.Refusal refusal) {
    Failure why =
        refusal.cause() instanceof ArpeggioException e
            ? ClientErrors.explain(e)
            : new Failure(
                ExitCode.FAILED,
                refusal.cause().toString(),
                "please report it with what --verbose adds",
                refusal.cause());
    return why.withContext(
        "line %s was not confirmed (%s of %s sent were)"
            .formatted(
                Figures.count(refusal.line()),
                Figures.count(publisher.confirmed()),
                Figures.count(publisher.sent())));
  }

  private Failure cannotRead(IOException e) {
    return new Failure(
        ExitCode.FAILED,
        "cannot read " + (file.equals("-") ? "standard input" : file) + ": " + e.getMessage(),
        "what was read before it is published",
        e);
  }
}
