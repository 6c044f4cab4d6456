package dev.arpeggio.queue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The way between the partitions of a {@link World}. Calls arrive and are answered at once, unless
 * the test holds them back; then it decides what becomes of each.
 */
final class TestOutlet implements Outlet {
  private final Map<String, World.Owner> owners = new TreeMap<>();
  private final Set<TopicName> asked = new TreeSet<>();
  private final List<Call> held = new ArrayList<>();
  private boolean holding;
  private @Nullable QueueException refusal;
  private int appends;

  /** An append that did not arrive yet. */
  record Call(PartitionId target, Batch batch, Completion<Appended> done) {}

  TestOutlet(World world) {
    world.outlet = this;
  }

  /** Topics that were to be created if they do not exist. */
  Set<TopicName> asked() {
    return asked;
  }

  void owns(PartitionId id, World.Owner owner) {
    owners.put(id.toString(), owner);
  }

  /** Every append fails from now on; null: no more. */
  void refuse(@Nullable QueueException why) {
    refusal = why;
  }

  void hold(boolean now) {
    holding = now;
  }

  List<Call> held() {
    return held;
  }

  int appends() {
    return appends;
  }

  @Override
  public void place(
      TopicName topic, PartitionId origin, boolean create, Completion<PartitionId> done) {
    var id = new PartitionId(topic, 0);
    if (create) {
      asked.add(topic);
    }
    if (owners.containsKey(id.toString())) {
      done.succeeded(id);
    } else {
      done.failed(QueueException.topicNotFound(topic));
    }
  }

  @Override
  public void append(PartitionId target, Batch batch, Completion<Appended> done) {
    appends++;
    if (refusal != null) {
      done.failed(refusal);
    } else if (holding) {
      held.add(new Call(target, batch, done));
    } else {
      arrive(new Call(target, batch, done));
    }
  }

  /** Lets a call that was held back, or its repetition by the network, arrive. */
  void arrive(Call call) {
    World.Owner owner = owners.get(call.target().toString());
    if (owner == null) {
      call.done().failed(QueueException.topicNotFound(call.target().topic()));
    } else {
      owner.partition.append(call.batch(), call.done());
    }
  }
}
