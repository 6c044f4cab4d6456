package dev.arpeggio.node.cli.io;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.channels.Channels;

/**
 * The standard streams: data goes to {@code out}, talk to {@code err}, both in UTF-8 whatever the
 * locale. {@code out} is unbuffered: a write that returned has reached the operating system.
 *
 * @param interactive whether {@code err} is a terminal that progress may be shown on
 */
public record Console(InputStream in, OutputStream out, PrintStream err, boolean interactive) {
  /** Those of this process. */
  public static Console ofProcess() {
    return new Console(
        // Through a channel, so that an interrupt ends a read that waits.
        Channels.newInputStream(new FileInputStream(FileDescriptor.in).getChannel()),
        new FileOutputStream(FileDescriptor.out),
        new PrintStream(new FileOutputStream(FileDescriptor.err), true, UTF_8),
        // Java 17 cannot say which of its streams is a terminal; the launch script can.
        Boolean.getBoolean("arpeggio.interactive"));
  }

  /**
   * Writes one line of data.
   *
   * @throws OutputClosedException if nobody reads any more
   */
  public void print(String line) {
    try {
      out.write((line + "\n").getBytes(UTF_8));
      out.flush();
    } catch (IOException e) {
      throw new OutputClosedException(e);
    }
  }

  /** Writes one line of talk. */
  public void say(String line) {
    err.println(line);
  }
}
