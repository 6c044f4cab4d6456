package dev.arpeggio.client;

import io.grpc.MethodDescriptor;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Single calls of the caller's thread, carried out on the event loop: round the nodes until one
 * answers. {@code pending} and {@code ended} are guarded by this object's monitor.
 */
final class Inquiries {
  private static final Duration GRACE = Duration.ofSeconds(1);

  private final EventLoop loop;
  private final AnyNode anyNode;
  private final RandomGenerator random;
  private final Duration timeout;
  private final Set<Inquiry<?, ?>> pending = new LinkedHashSet<>();
  private Optional<ArpeggioException> ended = Optional.empty();

  Inquiries(EventLoop loop, AnyNode anyNode, RandomGenerator random, Duration timeout) {
    this.loop = loop;
    this.anyNode = anyNode;
    this.random = random;
    this.timeout = timeout;
  }

  /** Asks any node. */
  <Q, R> R ask(MethodDescriptor<Q, R> method, Q request) {
    return await(new Inquiry<>(method, request, anyNode::call));
  }

  /** Asks the nodes that the user gave. */
  <Q, R> R askSeeds(MethodDescriptor<Q, R> method, Q request) {
    return await(new Inquiry<>(method, request, anyNode::callSeeds));
  }

  /** Fails the calls under way and all that follow. */
  synchronized void end(ArpeggioException reason) {
    ended = Optional.of(reason);
    pending.forEach(call -> call.result.completeExceptionally(reason));
    pending.clear();
  }

  private <Q, R> R await(Inquiry<Q, R> inquiry) {
    loop.requireOutside("administration");
    register(inquiry);
    loop.execute(inquiry::ask);
    try {
      // The inquiry bounds itself, unless what depends on a future holds up the loop.
      return inquiry.result.get(timeout.plus(GRACE).toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new ArpeggioException(
          Reason.TIMED_OUT,
          "No answer within " + timeout + ": the client's own thread is held up",
          Map.of(),
          e);
    } catch (InterruptedException e) {
      throw Failures.interrupted(e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof ArpeggioException failure) {
        throw Failures.rethrown(failure);
      }
      throw new IllegalStateException(e);
    } finally {
      unregister(inquiry);
    }
  }

  private synchronized void register(Inquiry<?, ?> call) {
    ended.ifPresent(
        reason -> {
          throw reason;
        });
    pending.add(call);
  }

  private synchronized void unregister(Inquiry<?, ?> call) {
    pending.remove(call);
  }

  private interface Round {
    <Q, R> void call(
        MethodDescriptor<Q, R> method, Q request, Duration timeout, Network.Reply<R> reply);
  }

  /** Rounds over the nodes until one answers or time is up. On the loop. */
  private final class Inquiry<Q, R> implements Network.Reply<R> {
    private final MethodDescriptor<Q, R> method;
    private final Q request;
    private final Round round;
    private final CompletableFuture<R> result = new CompletableFuture<>();
    private final Backoff backoff = new Backoff(random);
    private final long deadlineNanos = loop.nowNanos() + timeout.toNanos();
    private @Nullable ArpeggioException refusal;

    Inquiry(MethodDescriptor<Q, R> method, Q request, Round round) {
      this.method = method;
      this.request = request;
      this.round = round;
    }

    void ask() {
      if (!result.isDone()) {
        Duration left = Duration.ofNanos(Math.max(1, deadlineNanos - loop.nowNanos()));
        round.call(method, request, left, this);
      }
    }

    @Override
    public void answered(R response) {
      result.complete(response);
    }

    @Override
    public void failed(ArpeggioException failure) {
      Duration wait = backoff.next();
      boolean timeLeft = deadlineNanos - loop.nowNanos() > wait.toNanos();
      // That no node can be reached is told at once: an address may be wrong, and a user waits.
      if (failure.isRetryable() && failure.reason() != Reason.UNREACHABLE && timeLeft) {
        refusal = failure;
        loop.schedule(wait, this::ask);
      } else {
        // The last round may have had no time left; what a node said before tells more.
        boolean told = failure.reason() == Reason.UNREACHABLE && refusal != null;
        result.completeExceptionally(told ? refusal : failure);
      }
    }
  }
}
