package dev.arpeggio.client;

import io.grpc.MethodDescriptor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Calls that any node can answer: asks one after the other, starting with the one that answered
 * last, until one does. Confined to the event loop.
 *
 * <p>Knows the addresses that the user gave, for ever, and a bounded number of owners learned on
 * the way, so that a client survives the loss of every node it was configured with.
 */
final class AnyNode {
  private static final int MAX_LEARNED = 64;

  private final Network network;
  private final List<String> seeds;
  private final Set<String> learned = new LinkedHashSet<>();
  // Bounded by the nodes that streams are open to.
  private final Set<String> silent = new LinkedHashSet<>();
  private String preferred;

  AnyNode(Network network, List<String> seeds) {
    this.network = network;
    this.seeds = seeds;
    this.preferred = seeds.get(0);
  }

  void learn(String address) {
    if (seeds.contains(address) || !learned.add(address)) {
      return;
    }
    if (learned.size() > MAX_LEARNED) {
      learned.remove(learned.iterator().next());
    }
  }

  /** This node does not answer now: it is asked after all others. */
  void silent(String address) {
    silent.add(address);
  }

  /** This node may answer again. */
  void speaks(String address) {
    silent.remove(address);
  }

  /** One round over every known node; each has that time to answer. */
  <Q, R> void call(
      MethodDescriptor<Q, R> method, Q request, Duration timeout, Network.Reply<R> reply) {
    Set<String> candidates = new LinkedHashSet<>();
    candidates.add(preferred);
    candidates.addAll(seeds);
    candidates.addAll(learned);
    for (String address : silent) {
      if (candidates.remove(address)) {
        candidates.add(address);
      }
    }
    new Round<>(method, request, timeout, reply, List.copyOf(candidates)).askNext();
  }

  /** One round over the nodes that the user gave, in that order; each has that time to answer. */
  <Q, R> void callSeeds(
      MethodDescriptor<Q, R> method, Q request, Duration timeout, Network.Reply<R> reply) {
    new Round<>(method, request, timeout, reply, seeds).askNext();
  }

  private final class Round<Q, R> implements Network.Reply<R> {
    private final MethodDescriptor<Q, R> method;
    private final Q request;
    private final Duration timeout;
    private final Network.Reply<R> reply;
    private final List<String> candidates;
    private final List<String> unreachable = new ArrayList<>();
    // From a node that was reached and could not serve: worth more than those that were not
    // reached.
    private @Nullable ArpeggioException refusal;
    private int asked;

    Round(
        MethodDescriptor<Q, R> method,
        Q request,
        Duration timeout,
        Network.Reply<R> reply,
        List<String> candidates) {
      this.method = method;
      this.request = request;
      this.timeout = timeout;
      this.reply = reply;
      this.candidates = candidates;
    }

    void askNext() {
      network.call(candidates.get(asked++), method, request, timeout, this);
    }

    @Override
    public void answered(R response) {
      preferred = candidates.get(asked - 1);
      reply.answered(response);
    }

    @Override
    public void failed(ArpeggioException failure) {
      if (!failure.isRetryable()) {
        reply.failed(failure);
        return;
      }
      if (failure.reason() == Reason.UNREACHABLE || failure.reason() == Reason.TIMED_OUT) {
        unreachable.add(String.valueOf(failure.getMessage()));
      } else {
        refusal = failure;
      }
      if (asked < candidates.size()) {
        askNext();
      } else if (refusal != null) {
        reply.failed(refusal);
      } else {
        Map<String, String> details = new TreeMap<>(failure.details());
        details.put("addresses", String.join(",", candidates));
        reply.failed(
            new ArpeggioException(
                Reason.UNREACHABLE,
                "No node answered: " + String.join("; ", unreachable),
                details,
                failure));
      }
    }
  }
}
