package dev.arpeggio.client;

import java.util.concurrent.CompletableFuture;

/**
 * Sends replies to requests, which come from a consumer as any other messages. Thread-safe.
 *
 * <p>The topic for a reply is what the request says, so responders need to be allowed to publish to
 * whatever their requesters name.
 */
public interface Responder extends AutoCloseable {
  /** The most topics of replies that one responder serves. */
  int MAX_TOPICS = 100;

  /** Whether somebody waits for a reply to that message. */
  static boolean wantsReply(ReceivedMessage message) {
    return RequestHeaders.replyTo(message.message()).isPresent();
  }

  /**
   * Sends a reply. Acknowledge the request when the future has completed, and it is answered at
   * least once.
   *
   * @return as {@link Producer#send}; fails with {@link Reason#LIMIT_EXCEEDED} for one topic more
   *     than {@link #MAX_TOPICS}
   * @throws IllegalArgumentException if the message wants no reply
   */
  CompletableFuture<Confirmation> reply(ReceivedMessage request, Message reply);

  /** Closes as {@link Producer#close} does, one topic after the other. */
  @Override
  void close();
}
