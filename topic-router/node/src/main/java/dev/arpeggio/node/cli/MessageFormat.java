package dev.arpeggio.node.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.arpeggio.client.Header;
import dev.arpeggio.client.PeekedMessage;
import dev.arpeggio.client.ReceivedMessage;
import dev.arpeggio.node.cli.io.Console;
import dev.arpeggio.node.cli.io.Json;
import dev.arpeggio.node.cli.io.OutputClosedException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** How a received message is written, without its line end. */
enum MessageFormat {
  /** The bytes of the body, as they are. */
  BODY {
    @Override
    void write(ReceivedMessage message, OutputStream out) throws IOException {
      out.write(message.body());
    }
  },
  /** Partition, offset, time and key, each followed by a tab; then the body. */
  WITH_METADATA {
    @Override
    void write(ReceivedMessage message, OutputStream out) throws IOException {
      String place =
          message.partition() + "\t" + message.offset() + "\t" + message.publishTime() + "\t";
      out.write(place.getBytes(UTF_8));
      out.write(message.key());
      out.write('\t');
      out.write(message.body());
    }
  },
  /** The topic and a tab, then as {@link #WITH_METADATA}. */
  WITH_TOPIC {
    @Override
    void write(ReceivedMessage message, OutputStream out) throws IOException {
      out.write((message.topic() + "\t").getBytes(UTF_8));
      WITH_METADATA.write(message, out);
    }
  },
  /** One JSON object. Bytes that are no UTF-8 stand in Base64, under a name that says so. */
  JSON {
    @Override
    void write(ReceivedMessage message, OutputStream out) throws IOException {
      out.write(Json.write(json(message)).getBytes(UTF_8));
    }
  };

  abstract void write(ReceivedMessage message, OutputStream out) throws IOException;

  /** As {@link #JSON}, with the state of a message that was looked at. */
  static void writeJson(PeekedMessage peeked, OutputStream out) throws IOException {
    Map<String, Object> json = json(peeked.message());
    json.put("state", peeked.state().name().toLowerCase(Locale.ROOT));
    out.write(Json.write(json).getBytes(UTF_8));
  }

  /** How a message that was looked at is written. */
  interface PeekedFormat {
    void write(PeekedMessage message, OutputStream out) throws IOException;
  }

  /** Prints messages that were looked at, a line each. */
  static void print(Iterator<PeekedMessage> messages, PeekedFormat format, Console console) {
    try {
      OutputStream out = new BufferedOutputStream(console.out());
      while (messages.hasNext()) {
        format.write(messages.next(), out);
        out.write('\n');
      }
      out.flush();
    } catch (IOException e) {
      throw new OutputClosedException(e);
    }
  }

  private static Map<String, Object> json(ReceivedMessage message) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("topic", message.topic());
    json.put("partition", message.partition());
    json.put("offset", message.offset());
    json.put("redeliveries", message.redeliveries());
    json.put("publish_time", message.publishTime().toString());
    if (message.key().length > 0) {
      putBytes(json, "key", message.key());
    }
    List<Map<String, Object>> headers = new ArrayList<>();
    for (Header header : message.message().headers()) {
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("name", header.name());
      putBytes(entry, "value", header.value());
      headers.add(entry);
    }
    if (!headers.isEmpty()) {
      json.put("headers", headers);
    }
    putBytes(json, "body", message.body());
    return json;
  }

  private static void putBytes(Map<String, Object> json, String name, byte[] bytes) {
    try {
      json.put(name, UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException e) {
      json.put(name + "_base64", Base64.getEncoder().encodeToString(bytes));
    }
  }
}
