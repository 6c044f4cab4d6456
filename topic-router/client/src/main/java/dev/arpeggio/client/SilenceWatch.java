package dev.arpeggio.client;

import dev.arpeggio.protocol.v1.ClusterGrpc;
import dev.arpeggio.protocol.v1.DescribeNodeRequest;
import dev.arpeggio.protocol.v1.DescribeNodeResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Notices nodes that say nothing though their connections stand: paused, frozen, or cut off without
 * a word. Confined to the event loop.
 *
 * <p>Every node with an open stream is watched. What comes on a stream is a sign of life; after
 * {@link #SILENCE} without one, the node is asked for one, by a call that it answers from memory
 * and that waits for no store. A node that does not answer within {@link #PATIENCE}, or twice the
 * time that its last answer took, is silent: those who have streams there are told, again and again
 * until it speaks. That alone is no reason to leave it, because only the ring knows who has taken
 * over; it is one to ask.
 *
 * <p>A node that answers and is idle is asked less and less often, until something is sent to it or
 * comes from it.
 */
final class SilenceWatch {
  static final Duration SILENCE = Duration.ofMillis(100);
  static final Duration PATIENCE = Duration.ofMillis(50);
  private static final Duration LONGEST = Duration.ofSeconds(2);

  private final EventLoop loop;
  private final Network network;
  private final AnyNode anyNode;
  private final Map<String, Node> nodes = new LinkedHashMap<>();

  SilenceWatch(EventLoop loop, Network network, AnyNode anyNode) {
    this.loop = loop;
    this.network = network;
    this.anyNode = anyNode;
  }

  /**
   * A stream to a node begins.
   *
   * @param whenSilent told while the node is silent, until the watch is closed
   */
  Watch watch(String address, Runnable whenSilent) {
    Node node = nodes.computeIfAbsent(address, Node::new);
    Watch watch = new Watch(node, whenSilent);
    node.watches.add(watch);
    node.expectSigns();
    return watch;
  }

  /** The interest of one stream in its node. */
  static final class Watch {
    private final Node node;
    private final Runnable whenSilent;

    private Watch(Node node, Runnable whenSilent) {
      this.node = node;
      this.whenSilent = whenSilent;
    }

    /** Something came from the node. */
    void heard() {
      node.heard();
      node.expectSigns();
    }

    /** Something was sent that the node will answer. */
    void sent() {
      node.expectSigns();
    }

    void close() {
      node.remove(this);
    }
  }

  private final class Node implements Network.Reply<DescribeNodeResponse> {
    private final String address;
    private final List<Watch> watches = new ArrayList<>();
    private long quietSinceNanos = loop.nowNanos();
    private Duration tolerated = LONGEST;
    private EventLoop.@Nullable Timer timer;
    private Duration patience = PATIENCE;
    private long askedNanos;
    private boolean asked;
    private boolean silent;

    Node(String address) {
      this.address = address;
    }

    void heard() {
      quietSinceNanos = loop.nowNanos();
      if (silent) {
        silent = false;
        anyNode.speaks(address);
      }
    }

    /** From now on, silence means something. */
    void expectSigns() {
      if (tolerated.compareTo(SILENCE) > 0) {
        tolerated = SILENCE;
        quietSinceNanos = loop.nowNanos();
        if (!asked) {
          lookIn(SILENCE);
        }
      }
    }

    void remove(Watch watch) {
      watches.remove(watch);
      if (watches.isEmpty()) {
        stop();
        nodes.remove(address, this);
        anyNode.speaks(address);
      }
    }

    private void stop() {
      if (timer != null) {
        timer.cancel();
        timer = null;
      }
    }

    private void lookIn(Duration wait) {
      stop();
      timer = loop.schedule(wait, this::look);
    }

    private void look() {
      timer = null;
      Duration left = tolerated.minusNanos(loop.nowNanos() - quietSinceNanos);
      if (left.isNegative() || left.isZero()) {
        asked = true;
        askedNanos = loop.nowNanos();
        network.call(
            address,
            ClusterGrpc.getDescribeNodeMethod(),
            DescribeNodeRequest.getDefaultInstance(),
            LONGEST,
            this);
        expectAnswer(patience);
      } else {
        lookIn(left);
      }
    }

    private void expectAnswer(Duration time) {
      stop();
      timer =
          loop.schedule(
              time,
              () -> {
                timer = null;
                expectAnswer(SILENCE);
                tellSilence();
              });
    }

    @Override
    public void answered(DescribeNodeResponse response) {
      spoke();
    }

    @Override
    public void failed(ArpeggioException failure) {
      if (failure.reason() == Reason.TIMED_OUT || failure.reason() == Reason.UNREACHABLE) {
        asked = false;
        if (!watches.isEmpty()) {
          lookIn(SILENCE);
          tellSilence();
        }
      } else {
        // A refusal is a sign of life too.
        spoke();
      }
    }

    private void spoke() {
      asked = false;
      patience = between(PATIENCE, twice(Duration.ofNanos(loop.nowNanos() - askedNanos)));
      heard();
      tolerated = between(SILENCE, twice(tolerated));
      if (!watches.isEmpty()) {
        lookIn(tolerated);
      }
    }

    private void tellSilence() {
      if (loop.nowNanos() - quietSinceNanos < SILENCE.toNanos()) {
        // A stream has spoken meanwhile.
        return;
      }
      silent = true;
      anyNode.silent(address);
      for (Watch watch : List.copyOf(watches)) {
        if (watches.contains(watch)) {
          watch.whenSilent.run();
        }
      }
    }
  }

  private static Duration twice(Duration time) {
    return time.multipliedBy(2);
  }

  private static Duration between(Duration least, Duration time) {
    if (time.compareTo(least) < 0) {
      return least;
    }
    return time.compareTo(LONGEST) < 0 ? time : LONGEST;
  }
}
