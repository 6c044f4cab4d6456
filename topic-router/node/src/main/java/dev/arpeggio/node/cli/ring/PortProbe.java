package dev.arpeggio.node.cli.ring;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.google.common.net.HostAndPort;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Arrays;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;

/**
 * Tells why an address did not answer as a node, by what the port there says: gRPC says much the
 * same of all reasons. Sends the beginning of a TLS handshake and, if that gets no answer that
 * tells, the beginning of an HTTP/2 connection; a node without TLS speaks first and is recognised
 * by either.
 */
final class PortProbe {
  private static final Duration TIMEOUT = Duration.ofSeconds(1);
  private static final byte[] HTTP2_PREFACE =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0".getBytes(ISO_8859_1);
  private static final byte[] NOTHING = {};
  private static final byte[] HUNG_UP = {0};

  /** What is at an address, and what to do about it. */
  enum Kind {
    UNKNOWN_HOST("no host of that name is known", "correct the name in --connect"),
    NOBODY(
        "nobody listens, or the way there is barred",
        "start a node there (arpeggio node, arpeggio dev), or name one that runs with --connect"
            + " HOST:PORT"),
    SILENT(
        "something listens that does not answer",
        "see whether the process there hangs, or name the port of a node: it prints it when it is"
            + " ready"),
    TLS(
        "something listens that speaks TLS",
        "connect with TLS, and trust whoever signed the certificate there"),
    HTTP2(
        "something listens that speaks HTTP/2 without TLS",
        "if that is a node, connect without TLS; otherwise name the port of one"),
    OTHER(
        "something listens, but it is not a node",
        "that port belongs to something else: name that of a node, which it prints when it is"
            + " ready");

    private final String finding;
    private final String remedy;

    Kind(String finding, String remedy) {
      this.finding = finding;
      this.remedy = remedy;
    }

    String finding() {
      return finding;
    }

    String remedy() {
      return remedy;
    }
  }

  private PortProbe() {}

  static Kind of(String address) {
    HostAndPort target = HostAndPort.fromString(address);
    InetSocketAddress resolved = new InetSocketAddress(target.getHost(), target.getPort());
    if (resolved.isUnresolved()) {
      return Kind.UNKNOWN_HOST;
    }
    try {
      Kind kind = classify(answerTo(clientHello(), resolved));
      if (kind != Kind.SILENT && kind != Kind.OTHER) {
        return kind;
      }
      Kind second = classify(answerTo(HTTP2_PREFACE, resolved));
      return second == Kind.SILENT ? kind : second;
    } catch (IOException e) {
      return Kind.NOBODY;
    }
  }

  private static Kind classify(byte[] answer) {
    if (answer.length == 0) {
      return Kind.SILENT;
    }
    if (answer.length > 1 && (answer[0] == 0x15 || answer[0] == 0x16) && answer[1] == 3) {
      // An alert, or a handshake.
      return Kind.TLS;
    }
    // A short frame of type SETTINGS, with which every HTTP/2 server begins.
    return answer.length > 3 && answer[0] == 0 && answer[1] == 0 && answer[3] == 4
        ? Kind.HTTP2
        : Kind.OTHER;
  }

  /**
   * The first bytes that come back.
   *
   * @throws IOException if there is no connection
   */
  private static byte[] answerTo(byte[] greeting, InetSocketAddress address) throws IOException {
    try (Socket socket = new Socket()) {
      int millis = Math.toIntExact(TIMEOUT.toMillis());
      socket.connect(address, millis);
      socket.setSoTimeout(millis);
      return firstBytes(socket, greeting);
    }
  }

  private static byte[] firstBytes(Socket socket, byte[] greeting) {
    try {
      socket.getOutputStream().write(greeting);
      byte[] answer = new byte[9];
      int length = socket.getInputStream().read(answer);
      return length < 0 ? HUNG_UP : Arrays.copyOf(answer, length);
    } catch (SocketTimeoutException e) {
      return NOTHING;
    } catch (IOException e) {
      return HUNG_UP;
    }
  }

  private static byte[] clientHello() {
    try {
      SSLEngine engine = SSLContext.getDefault().createSSLEngine();
      engine.setUseClientMode(true);
      ByteBuffer hello = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
      engine.wrap(ByteBuffer.allocate(0), hello);
      byte[] bytes = new byte[hello.flip().remaining()];
      hello.get(bytes);
      return bytes;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("every Java platform has TLS", e);
    }
  }
}
