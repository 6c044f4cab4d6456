package dev.arpeggio.node.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.arpeggio.client.Arpeggio;
import dev.arpeggio.client.ArpeggioException;
import dev.arpeggio.client.Consumer;
import dev.arpeggio.client.ConsumerOptions;
import dev.arpeggio.client.MissedDeadline;
import dev.arpeggio.client.Reason;
import dev.arpeggio.client.SubscriptionKind;
import dev.arpeggio.client.Topics;
import dev.arpeggio.node.cli.io.Console;
import dev.arpeggio.node.cli.io.Durations;
import dev.arpeggio.node.cli.io.Failure;
import dev.arpeggio.node.cli.io.Figures;
import dev.arpeggio.node.cli.io.Termination;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Prints messages, and acknowledges each once standard output has taken it. */
@Command(
    name = "consume",
    description = {
      "Print messages as they come, one a line, and acknowledge what is written.",
      "Runs until Ctrl-C, unless told when it is enough. What was not written comes back to the",
      "subscription."
    },
    footerHeading = "Examples:%n",
    footer = {
      "  arpeggio consume orders",
      "  arpeggio consume orders --count 10 -o json",
      "  arpeggio consume 'orders.*' --with-metadata",
      "  arpeggio consume orders --subscription audit --idle-timeout 5s > audit.txt",
      ""
    })
final class ConsumeCommand implements Runnable {
  private static final Duration GRACE = Duration.ofSeconds(10);

  private final Console console;
  private final ArpeggioCommand root;

  @Mixin private final Connection connection = new Connection();

  @Parameters(
      paramLabel = "TOPIC",
      description = {
        "The topic, which must exist. Or a pattern: every topic that matches, also those that are created",
        "later. * stands for one part between dots, ** for all that follow; neither for dead letters."
      })
  private String topic = "";

  @Option(
      names = {"-s", "--subscription"},
      paramLabel = "NAME",
      defaultValue = "default",
      description =
          "Each subscription gets every message; a new one begins at the earliest that is still"
              + " there (default: ${DEFAULT-VALUE}).")
  private String subscription = "default";

  @Option(
      names = "--kind",
      paramLabel = "KIND",
      description = {
        "Who gets which messages, chosen by the first consumer of the subscription: ${COMPLETION-CANDIDATES}",
        "(default: whatever it is, and shared if it is new)."
      },
      converter = Kinds.class,
      completionCandidates = Kinds.class)
  private Optional<SubscriptionKind> kind = Optional.empty();

  @Option(
      names = {"-n", "--count"},
      paramLabel = "N",
      description = "End after this many messages.")
  private Optional<Long> count = Optional.empty();

  @Option(
      names = "--idle-timeout",
      paramLabel = "DURATION",
      converter = Durations.class,
      description = "End when no message has come for so long, such as 500ms, 5s or 2m.")
  private Optional<Duration> idleTimeout = Optional.empty();

  @Option(
      names = "--with-metadata",
      description =
          "Begin each line with partition, offset, time and key, each followed by a tab; with a"
              + " pattern, the topic comes before them.")
  private boolean withMetadata;

  @Mixin private final RequestOptions request = new RequestOptions();

  @Option(
      names = "--deadline-events",
      description =
          "Say on standard error when a key is silent for longer than the topic promises.")
  private boolean deadlineEvents;

  ConsumeCommand(Console console, ArpeggioCommand root) {
    this.console = console;
    this.root = root;
  }

  @Override
  public void run() {
    if (count.isPresent() && count.get() < 1) {
      throw Failure.usage("--count is " + count.get(), "ask for at least 1 message");
    }
    if (subscription.isEmpty()) {
      throw Failure.usage("--subscription is empty", "give it a name, or leave the option out");
    }
    ConsumerOptions named = ConsumerOptions.defaults().withSubscription(subscription);
    ConsumerOptions requesting = named.withQos(request.request());
    ConsumerOptions telling =
        deadlineEvents ? requesting.withOnMissedDeadline(this::say) : requesting;
    ConsumerOptions options = kind.map(telling::withKind).orElse(telling);
    try (Termination termination = Termination.watch(GRACE);
        Arpeggio arpeggio = connection.open();
        Consumer consumer = consumer(arpeggio, options)) {
      MessagePrinter printer = new MessagePrinter(consumer, format(), console.out());
      try {
        printer.print(count.orElse(Long.MAX_VALUE), idleTimeout);
      } catch (ArpeggioException e) {
        if (e.reason() != Reason.INTERRUPTED || !termination.isRequested()) {
          throw e;
        }
      }
      // Closing waits for the acknowledgements, which an interrupt must not cut short.
      Thread.interrupted();
      if (console.interactive()) {
        console.say("consumed " + Figures.count(printer.printed(), "message"));
      }
    }
  }

  private void say(MissedDeadline missed) {
    String key =
        missed
            .key()
            .map(bytes -> bytes.length == 0 ? "no key" : "key " + new String(bytes, UTF_8))
            .orElse("a key that the owner does not know");
    console.say(
        "missed deadline: %s in %s/%d".formatted(key, missed.topic(), missed.partition()));
  }

  private Consumer consumer(Arpeggio arpeggio, ConsumerOptions options) {
    if (!Topics.isPattern(topic)) {
      return arpeggio.consumer(topic, options);
    }
    try {
      return arpeggio.consumer(Topics.matching(topic), options);
    } catch (IllegalArgumentException e) {
      throw Failure.usage(
          "not a pattern of topics: " + topic,
          "let * be a whole part between dots, or ** the last one, as in orders.*");
    }
  }

  private MessageFormat format() {
    if (root.json()) {
      return MessageFormat.JSON;
    }
    if (!withMetadata) {
      return MessageFormat.BODY;
    }
    return Topics.isPattern(topic) ? MessageFormat.WITH_TOPIC : MessageFormat.WITH_METADATA;
  }
}
