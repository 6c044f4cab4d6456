package dev.arpeggio.node.cli;

import dev.arpeggio.client.ArpeggioException;
import dev.arpeggio.client.Reason;
import dev.arpeggio.node.cli.io.ExitCode;
import dev.arpeggio.node.cli.io.Failure;

/** What the client library's errors mean to somebody at a shell. */
final class ClientErrors {
  private ClientErrors() {}

  static Failure explain(ArpeggioException e) {
    String topic = e.details().getOrDefault("topic", "NAME");
    return switch (e.reason()) {
      case UNREACHABLE ->
          new Failure(
              ExitCode.UNAVAILABLE,
              e.getMessage(),
              e.details().containsKey("tls")
                  ? "correct --tls, --tls-ca, --tls-cert or --tls-key"
                  : "start a node (arpeggio dev), or name one that runs with --connect HOST:PORT",
              e);
      case TOPIC_NOT_FOUND ->
          new Failure(
              ExitCode.NOT_FOUND,
              "there is no topic " + topic,
              "create it with: arpeggio topic create " + topic,
              e);
      case PARTITION_NOT_FOUND ->
          new Failure(
              ExitCode.NOT_FOUND,
              e.getMessage(),
              "see its partitions with: arpeggio topic info " + topic,
              e);
      case TOPIC_ALREADY_EXISTS ->
          new Failure(
              ExitCode.FAILED,
              "there is a topic " + topic + " already",
              "see it with: arpeggio topic info " + topic,
              e);
      case INVALID_ARGUMENT, INVALID_NAME ->
          isUnknownSubscription(e)
              ? new Failure(
                  ExitCode.NOT_FOUND,
                  e.getMessage(),
                  "see the subscriptions that there are with: arpeggio topic info NAME",
                  e)
              : new Failure(
                  ExitCode.USAGE, e.getMessage(), "correct it and run the command again", e);
      case TOPIC_CHANGED ->
          new Failure(
              ExitCode.FAILED,
              "somebody else has changed topic " + topic + " meanwhile",
              "look at it with: arpeggio topic info " + topic,
              e);
      case QOS_MISMATCH ->
          new Failure(
              ExitCode.FAILED,
              e.getMessage(),
              "see what the topic has with: arpeggio topic info NAME; offer more, or request less",
              e);
      case NOT_HEARD ->
          new Failure(
              ExitCode.FAILED,
              e.getMessage(),
              "publish with a higher --strength, or wait until the other publisher is gone",
              e);
      case MESSAGE_TOO_LARGE ->
          new Failure(
              ExitCode.FAILED,
              e.getMessage(),
              "send less in one message, or raise the topic's --max-message-bytes (at most 256KiB)",
              e);
      case LIMIT_EXCEEDED ->
          new Failure(
              ExitCode.UNAVAILABLE,
              e.getMessage(),
              "consume some of it, or raise the limit: arpeggio topic update NAME --max-bytes SIZE",
              e);
      case SUBSCRIPTION_BUSY ->
          new Failure(
              ExitCode.UNAVAILABLE,
              e.getMessage(),
              "end its other consumer, or name another --subscription",
              e);
      case STORE_UNAVAILABLE ->
          new Failure(
              ExitCode.UNAVAILABLE,
              e.getMessage(),
              "check that ZooKeeper runs and that the nodes reach it, then try again",
              e);
      case OUTCOME_UNKNOWN ->
          new Failure(
              ExitCode.UNAVAILABLE,
              e.getMessage(),
              "check whether it took effect before trying again",
              e);
      case TIMED_OUT,
          DROPPED,
          NOT_OWNER,
          PARTITIONS_CHANGED,
          SUBSCRIPTION_MOVED,
          RING_UNAVAILABLE,
          DRAINING ->
          new Failure(
              ExitCode.UNAVAILABLE,
              e.getMessage(),
              "try again in a moment; arpeggio ring show tells how the nodes are",
              e);
      case UNAUTHENTICATED ->
          new Failure(
              ExitCode.FAILED,
              e.getMessage(),
              "say who you are, with --token-file FILE or with --tls-cert and --tls-key",
              e);
      case PERMISSION_DENIED ->
          new Failure(
              ExitCode.FAILED,
              e.getMessage(),
              "whoever keeps the nodes' --permissions can allow it",
              e);
      case STORE_CORRUPT, STORE_FORBIDDEN, INTERNAL, OUT_OF_SEQUENCE, UNKNOWN ->
          new Failure(ExitCode.FAILED, e.getMessage(), "the log of the node has the details", e);
      case CLOSED, INTERRUPTED ->
          new Failure(ExitCode.FAILED, "interrupted", "run the command again", e);
    };
  }

  private static boolean isUnknownSubscription(ArpeggioException e) {
    return e.reason() == Reason.INVALID_ARGUMENT && "subscription".equals(e.details().get("field"));
  }
}
