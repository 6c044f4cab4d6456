package dev.arpeggio.simulator.zookeeper;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.arpeggio.queue.ZooKeeperPort.Op;
import dev.arpeggio.simulator.zookeeper.Script.Act;
import dev.arpeggio.simulator.zookeeper.Script.Step;
import dev.arpeggio.simulator.zookeeper.Subject.Client;
import java.util.List;
import java.util.stream.Collectors;

/** Carries a script out. */
final class Performance {
  private final Subject subject;
  private final Transcript transcript;

  private Performance(Subject subject, Transcript transcript) {
    this.subject = subject;
    this.transcript = transcript;
  }

  static List<String> of(Script script, Subject subject, Transcript transcript) throws Exception {
    Performance performance = new Performance(subject, transcript);
    for (Step step : script.steps()) {
      performance.perform(step);
      for (int session = 0; session < script.sessions(); session++) {
        subject.flush(session);
      }
      transcript.settle(step instanceof Step.Burst);
    }
    return transcript.lines();
  }

  private void perform(Step step) throws Exception {
    if (step instanceof Step.Burst burst) {
      subject.burst(
          burst.session(),
          burst.acts().size(),
          client -> burst.acts().forEach(act -> perform(burst.session(), act, client)));
    } else if (step instanceof Step.End end) {
      subject.end(end.session());
      transcript.line(end.session(), "ends");
    } else {
      subject.expire(step.session());
      transcript.line(step.session(), "expires");
    }
  }

  private void perform(int session, Act act, Client client) {
    if (act instanceof Act.Get get) {
      client.get(
          get.path(),
          get.watch(),
          reply ->
              transcript.reply(
                  session,
                  act,
                  reply,
                  node -> t -> Transcript.text(node.data()) + t.stat(node.stat())));
    } else if (act instanceof Act.Children children) {
      client.children(
          children.path(),
          children.watch(),
          reply -> transcript.reply(session, act, reply, names -> t -> Transcript.names(names)));
    } else if (act instanceof Act.Exists exists) {
      client.exists(
          exists.path(),
          exists.watch(),
          reply -> transcript.reply(session, act, reply, stat -> t -> t.stat(stat)));
    } else if (act instanceof Act.Watch watch) {
      client.watch(watch.path(), reply -> transcript.reply(session, act, reply, done -> t -> ""));
    } else if (act instanceof Act.Sync sync) {
      client
          .port()
          .sync(sync.path(), reply -> transcript.reply(session, act, reply, done -> t -> ""));
    } else if (act instanceof Act.Create create) {
      client
          .port()
          .create(
              create.path(),
              create.data().getBytes(UTF_8),
              create.mode(),
              reply -> transcript.reply(session, act, reply, done -> t -> ""));
    } else if (act instanceof Act.Set set) {
      client
          .port()
          .set(
              set.path(),
              set.data().getBytes(UTF_8),
              set.version(),
              reply -> transcript.reply(session, act, reply, stat -> t -> t.stat(stat)));
    } else if (act instanceof Act.Delete delete) {
      client
          .port()
          .delete(
              delete.path(),
              delete.version(),
              reply -> transcript.reply(session, act, reply, done -> t -> ""));
    } else if (act instanceof Act.Multi multi) {
      String operations =
          multi.operations().stream().map(Performance::show).collect(Collectors.joining("; "));
      client
          .port()
          .multi(
              multi.operations(),
              reply ->
                  transcript.line(
                      session,
                      "multi "
                          + operations
                          + " -> "
                          + reply.code()
                          + " at "
                          + reply.failedOperation()));
    }
  }

  private static String show(Op operation) {
    if (operation instanceof Op.Check check) {
      return "check " + check.path() + " v" + check.version();
    } else if (operation instanceof Op.Set set) {
      return "set " + set.path() + " v" + set.expectedVersion();
    } else if (operation instanceof Op.Delete delete) {
      return "delete " + delete.path() + " v" + delete.expectedVersion();
    }
    return "create " + operation.path();
  }
}
