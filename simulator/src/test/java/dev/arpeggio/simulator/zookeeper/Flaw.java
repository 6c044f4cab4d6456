package dev.arpeggio.simulator.zookeeper;

import dev.arpeggio.queue.ZooKeeperPort;
import dev.arpeggio.queue.ZooKeeperPort.Code;
import dev.arpeggio.queue.ZooKeeperPort.Mode;
import dev.arpeggio.queue.ZooKeeperPort.Op;
import dev.arpeggio.simulator.VirtualTime;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Mistakes in the model, each of which the comparison with a real server has to see. */
enum Flaw {
  NONE,
  DELETE_IGNORES_VERSION,
  SET_IGNORES_VERSION,
  CHECK_IGNORES_VERSION,
  WILDCARD_IS_A_VERSION,
  VERSION_BEGINS_AT_ONE,
  SET_KEEPS_VERSION,
  CREATE_NEEDS_NO_PARENT,
  EPHEMERALS_HAVE_CHILDREN,
  DELETE_TAKES_CHILDREN,
  MULTI_KEEPS_ITS_BEGINNING,
  MULTI_IS_BLIND_TO_ITSELF,
  FAILURE_ONE_PLACE_LATE,
  EPHEMERALS_ARE_PERSISTENT,
  WATCHES_LAST,
  WATCHES_MISS_DELETIONS,
  EVENTS_COME_TWICE;

  Ensemble ensemble(VirtualTime time) {
    return new FlawedEnsemble(time, this);
  }

  private static final class FlawedEnsemble extends Ensemble {
    private final Flaw flaw;

    FlawedEnsemble(VirtualTime time, Flaw flaw) {
      super(time, new SplittableRandom(1), Options.of(1));
      this.flaw = flaw;
    }

    @Override
    Transaction transaction(long session) {
      return new FlawedTransaction(tree(), session, flaw);
    }

    @Override
    WatchSet watches() {
      return new FlawedWatches(flaw);
    }
  }

  private static final class FlawedTransaction extends Transaction {
    private final Tree tree;
    private final long session;
    private final Flaw flaw;

    FlawedTransaction(Tree tree, long session, Flaw flaw) {
      super(tree, session);
      this.tree = tree;
      this.session = session;
      this.flaw = flaw;
    }

    @Override
    Answer judge(Call call) {
      Answer answer = super.judge(call);
      if (answer instanceof Answer.Failed failed && failed.failedOperation() >= 0) {
        if (flaw == FAILURE_ONE_PLACE_LATE) {
          return new Answer.Failed(failed.code(), failed.failedOperation() + 1);
        } else if (flaw == MULTI_KEEPS_ITS_BEGINNING) {
          return Answer.Ok.DONE;
        }
      }
      return answer;
    }

    @Override
    Code judge(Op operation) {
      if (flaw == MULTI_IS_BLIND_TO_ITSELF) {
        Code alone = new Transaction(tree, session).judge(operation);
        if (alone != Code.OK) {
          return alone;
        }
      }
      return super.judge(operation);
    }

    @Override
    Code check(String path, int version) {
      return super.check(path, flaw == CHECK_IGNORES_VERSION ? -1 : known(version));
    }

    @Override
    Code create(String path, byte[] data, Mode mode) {
      Code code =
          super.create(path, data, flaw == EPHEMERALS_ARE_PERSISTENT ? Mode.PERSISTENT : mode);
      if (flaw == EPHEMERALS_HAVE_CHILDREN && code == Code.OTHER) {
        return Code.OK;
      }
      if (flaw == CREATE_NEEDS_NO_PARENT && code == Code.NO_NODE) {
        return Code.OK;
      }
      if (flaw == VERSION_BEGINS_AT_ONE && code == Code.OK) {
        return super.set(path, data, ZooKeeperPort.ANY_VERSION);
      }
      return code;
    }

    @Override
    Code set(String path, byte[] data, int expected) {
      if (flaw == SET_KEEPS_VERSION) {
        return super.check(path, expected);
      }
      return super.set(path, data, flaw == SET_IGNORES_VERSION ? -1 : known(expected));
    }

    @Override
    Code delete(String path, int expected) {
      Code code = super.delete(path, flaw == DELETE_IGNORES_VERSION ? -1 : known(expected));
      if (flaw == DELETE_TAKES_CHILDREN && code == Code.NOT_EMPTY) {
        for (String child : List.copyOf(tree.children(path))) {
          Code unused = delete(path + "/" + child, ZooKeeperPort.ANY_VERSION);
        }
        return super.delete(path, expected);
      }
      return code;
    }

    private int known(int version) {
      return flaw == WILDCARD_IS_A_VERSION && version == -1 ? 1_000 : version;
    }
  }

  private static final class FlawedWatches extends WatchSet {
    private final Flaw flaw;

    FlawedWatches(Flaw flaw) {
      this.flaw = flaw;
    }

    @Override
    List<WatchEvent> trigger(Change change) {
      List<WatchEvent> events = super.trigger(change);
      if (flaw == WATCHES_LAST) {
        events.forEach(event -> watchForEver(event.path()));
      } else if (flaw == WATCHES_MISS_DELETIONS) {
        events.removeIf(event -> event.kind() == WatchEvent.Kind.DELETED);
      } else if (flaw == EVENTS_COME_TWICE) {
        List<WatchEvent> twice = new ArrayList<>(events);
        twice.addAll(events);
        return twice;
      }
      return events;
    }
  }
}
