package dev.arpeggio.client;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The headers by which a request and its reply belong together. Stateless. */
final class RequestHeaders {
  private RequestHeaders() {}

  static Message request(Message message, String replyTo, String correlation) {
    return with(
        message,
        List.of(
            Header.of(Requester.REPLY_TO, replyTo), Header.of(Requester.CORRELATION, correlation)));
  }

  static Message reply(Message message, String correlation) {
    return with(message, List.of(Header.of(Requester.CORRELATION, correlation)));
  }

  static Optional<String> replyTo(Message message) {
    return text(message, Requester.REPLY_TO);
  }

  static Optional<String> correlation(Message message) {
    return text(message, Requester.CORRELATION);
  }

  private static Optional<String> text(Message message, String name) {
    return message.headers().stream()
        .filter(header -> header.name().equals(name))
        .map(Header::text)
        .findFirst();
  }

  /** In the place of headers of the same names: a reply may be made of a request. */
  private static Message with(Message message, List<Header> added) {
    List<Header> headers = new ArrayList<>();
    for (Header header : message.headers()) {
      if (!header.name().equals(Requester.REPLY_TO)
          && !header.name().equals(Requester.CORRELATION)) {
        headers.add(header);
      }
    }
    headers.addAll(added);
    return Message.of(message.key(), message.body(), headers)
        .withPriority(message.priority())
        .withDelay(message.delay())
        .withTimeToLive(message.timeToLive());
  }
}
