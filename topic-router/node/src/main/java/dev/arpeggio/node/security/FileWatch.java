package dev.arpeggio.node.security;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at files again and again, by their content, and takes up what has changed. What cannot be
 * used is told in the log, once, and changes nothing. Has one thread, on which files are read.
 */
public final class FileWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FileWatch.class);

  /** What is larger was not meant. */
  private static final int MAX_BYTES = 16 << 20;

  /** Takes up the content of files. */
  public interface Load {
    void run() throws IOException, GeneralSecurityException, BadFileException;
  }

  /** Takes up the content of one file. */
  public interface LoadContent {
    void run(byte[] content) throws BadFileException;
  }

  /** Some files that are taken up together. */
  private static final class Watched {
    private final String setting;
    private final List<Path> files;
    private final Load load;
    private String seen;

    Watched(String setting, List<Path> files, Load load) throws IOException {
      this.setting = setting;
      this.files = files;
      this.load = load;
      this.seen = fingerprint(files);
    }

    void look() {
      String now;
      try {
        now = fingerprint(files);
      } catch (IOException e) {
        // Its message is the file's name, which the setting tells too.
        now = e.getClass().getSimpleName();
      }
      if (now.equals(seen)) {
        return;
      }
      seen = now;
      try {
        load.run();
        LOG.info("{}: changed, and in force now", setting);
      } catch (IOException | GeneralSecurityException | BadFileException e) {
        LOG.warn("{}: changed, but what was in force stays so: {}", setting, e.toString());
      }
    }
  }

  private final Duration interval;
  private final List<Watched> watched = new ArrayList<>();
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread created = new Thread(task, "arpeggio-security");
            created.setDaemon(true);
            return created;
          });

  /**
   * @param interval between two looks
   */
  public FileWatch(Duration interval) {
    this.interval = interval;
  }

  /**
   * Takes up files, and again whenever they change. Before {@link #start}.
   *
   * @param setting how they are named in the log
   * @throws IOException if one of them cannot be read now
   * @throws GeneralSecurityException if what is in them cannot be used
   * @throws BadFileException if what is in them cannot be used
   */
  public void add(String setting, List<Path> files, Load load)
      throws IOException, GeneralSecurityException, BadFileException {
    // In this order: what changes in between is seen at the first look.
    Watched added = new Watched(setting, files, load);
    load.run();
    watched.add(added);
  }

  /**
   * The same for one file, whose content is handed on.
   *
   * @throws IOException if it cannot be read now
   * @throws BadFileException if what is in it cannot be used
   */
  public void add(String setting, Path file, LoadContent load)
      throws IOException, BadFileException {
    try {
      add(setting, List.of(file), () -> load.run(read(file)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("only TLS files end so", e);
    }
  }

  /**
   * Begins to look.
   *
   * @param afterwards runs after each look, on the thread of this; must not throw
   */
  public void start(Runnable afterwards) {
    var unused =
        thread.scheduleWithFixedDelay(
            () -> look(afterwards),
            interval.toMillis(),
            interval.toMillis(),
            TimeUnit.MILLISECONDS);
  }

  private void look(Runnable afterwards) {
    try {
      watched.forEach(Watched::look);
      afterwards.run();
    } catch (RuntimeException e) {
      // The thread would end without a word, and with it all reloading.
      LOG.error("a defect; security files may not be up to date", e);
    }
  }

  private static String fingerprint(List<Path> files) throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (Path file : files) {
        byte[] content = read(file);
        digest.update((content.length + ":").getBytes(US_ASCII));
        digest.update(content);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static byte[] read(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] content = in.readNBytes(MAX_BYTES + 1);
      if (content.length > MAX_BYTES) {
        throw new IOException(file + " has more than " + MAX_BYTES + " bytes");
      }
      return content;
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
