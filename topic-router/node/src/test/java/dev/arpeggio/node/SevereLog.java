package dev.arpeggio.node;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** What libraries and nodes in this process log as a defect of theirs, from now on. */
final class SevereLog extends Handler {
  private static final Logger ROOT = Logger.getLogger("");

  private final List<String> records = new CopyOnWriteArrayList<>();

  SevereLog() {
    setLevel(Level.SEVERE);
    ROOT.addHandler(this);
  }

  List<String> records() {
    return List.copyOf(records);
  }

  @Override
  public void publish(LogRecord record) {
    if (record.getLevel().intValue() >= Level.SEVERE.intValue()) {
      records.add(record.getLoggerName() + ": " + record.getMessage() + " " + record.getThrown());
    }
  }

  @Override
  public void flush() {}

  @Override
  public void close() {
    ROOT.removeHandler(this);
  }
}
