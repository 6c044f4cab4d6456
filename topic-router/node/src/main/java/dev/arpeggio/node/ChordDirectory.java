package dev.arpeggio.node;

import dev.arpeggio.chord.ChordNode;
import dev.arpeggio.chord.IdSpace;
import dev.arpeggio.chord.LookupCallback;
import dev.arpeggio.chord.LookupException;
import dev.arpeggio.chord.LookupResult;
import dev.arpeggio.chord.Peer;
import dev.arpeggio.chord.RingId;
import dev.arpeggio.chord.RingView;
import dev.arpeggio.node.hosting.OwnerDirectory;
import dev.arpeggio.node.placement.PlacementTable;
import dev.arpeggio.queue.PartitionId;
import java.net.URI;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * Owners as the Chord ring has them: the owner of a partition is the successor of the hash of its
 * key, which is {@code topic "/" partition} unless the placement says otherwise.
 */
final class ChordDirectory implements OwnerDirectory {

  private final ChordNode chord;
  private final IdSpace space;
  private final PlacementTable placement;
  private final Executor ringLoop;
  private final Executor answers;

  /**
   * @param placement what is hashed for a partition
   * @param ringLoop the loop of {@code chord}
   * @param answers where answers are given: the loop of whoever asks
   */
  ChordDirectory(
      ChordNode chord,
      IdSpace space,
      PlacementTable placement,
      Executor ringLoop,
      Executor answers) {
    this.chord = chord;
    this.space = space;
    this.placement = placement;
    this.ringLoop = ringLoop;
    this.answers = answers;
  }

  @Override
  public boolean isMember() {
    return chord.view().status() == RingView.Status.MEMBER;
  }

  @Override
  public boolean owns(PartitionId id) {
    return chord.view().owns(key(id));
  }

  @Override
  public Optional<String> heir(PartitionId id) {
    RingView view = chord.view();
    Peer predecessor = view.predecessor();
    return view.status() == RingView.Status.MEMBER && predecessor != null && !view.owns(key(id))
        ? Optional.of(hostAndPort(predecessor.address()))
        : Optional.empty();
  }

  @Override
  public void locate(PartitionId id, Consumer<Optional<String>> answer) {
    // Whoever came here may know of a change that this node has not read yet.
    placement.doubt();
    ringLoop.execute(
        () ->
            chord.lookup(
                key(id),
                new LookupCallback() {
                  @Override
                  public void succeeded(LookupResult result) {
                    // The view may have changed again; this node is not to be sent to itself.
                    Optional<String> owner =
                        result.owner().equals(chord.view().self()) && !owns(id)
                            ? Optional.empty()
                            : Optional.of(hostAndPort(result.owner().address()));
                    answers.execute(() -> answer.accept(owner));
                  }

                  @Override
                  public void failed(LookupException failure) {
                    answers.execute(() -> answer.accept(Optional.empty()));
                  }
                }));
  }

  private RingId key(PartitionId id) {
    return space.hash(placement.key(id));
  }

  /** {@code host:port} of {@code grpc://host:port}. */
  static String hostAndPort(String address) {
    return URI.create(address).getAuthority();
  }
}
