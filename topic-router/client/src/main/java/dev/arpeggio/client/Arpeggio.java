package dev.arpeggio.client;

import com.google.protobuf.ByteString;
import java.lang.System.Logger;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A client of one Arpeggio cluster: the way to producers, consumers and administration, which share
 * its connections and its one thread. Thread-safe.
 */
public final class Arpeggio implements AutoCloseable {
  private static final Logger LOGGER = System.getLogger(Arpeggio.class.getName());
  private static final int ID_BYTES = 16;
  private static final int TIME_BYTES = 6;

  private final ClientOptions options;
  private final SecureRandom identities = new SecureRandom();
  private final LoopThread loop;
  private final GrpcNetwork network;
  private final PartitionLink.Environment environment;
  private final AnyNode anyNode;
  private final Inquiries inquiries;
  private final AdminCalls admin;

  // Guarded by this object's monitor, as is `ended`.
  private final Set<Endpoint> open = new LinkedHashSet<>();
  private @Nullable ArpeggioException ended;

  private Arpeggio(List<String> addresses, ClientOptions options, ChannelSecurity security) {
    this.options = options;
    loop = new LoopThread(this::abort);
    network = new GrpcNetwork(loop, options.connectTimeout(), security);
    anyNode = new AnyNode(network, addresses);
    Router router = new Router(anyNode, options.connectTimeout());
    RandomGenerator random = new SplittableRandom(identities.nextLong());
    environment =
        new PartitionLink.Environment(
            loop,
            network,
            router,
            new SilenceWatch(loop, network, anyNode),
            random,
            options.connectTimeout());
    inquiries = new Inquiries(loop, anyNode, random, options.requestTimeout());
    admin = new AdminCalls(inquiries);
  }

  /** {@link #connect(String, ClientOptions)} with default options. */
  public static Arpeggio connect(String addresses) {
    return connect(addresses, ClientOptions.defaults());
  }

  /**
   * A client that enters the cluster at these addresses. Connects on first use: an unreachable
   * cluster shows then.
   *
   * @param addresses {@code host:port[,host:port...]}, any nodes of the cluster; an IPv6 host is
   *     written in brackets
   * @throws IllegalArgumentException if an address is malformed, or there is none, or the files of
   *     the options for TLS cannot be used
   */
  public static Arpeggio connect(String addresses, ClientOptions options) {
    return new Arpeggio(
        Addresses.parse(addresses), options, new ChannelSecurity(options.security()));
  }

  /**
   * A producer for a topic, to be closed after use. Returns at once: that there is no such topic
   * shows in what is sent.
   *
   * @throws ArpeggioException with {@link Reason#CLOSED} after close
   */
  public Producer producer(String topic) {
    return producer(topic, ProducerOptions.defaults());
  }

  /** {@link #producer(String)} with something to offer. */
  public synchronized Producer producer(String topic, ProducerOptions offered) {
    requireOpen();
    TopicProducer producer =
        new TopicProducer(
            environment,
            topic,
            options,
            offered,
            newId(),
            identities.nextInt(1 << 16),
            this::forget);
    open.add(producer);
    return producer;
  }

  /** {@link #consumer(String, ConsumerOptions)} with default options. */
  public Consumer consumer(String topic) {
    return consumer(topic, ConsumerOptions.defaults());
  }

  /**
   * A consumer of a topic, to be closed after use. Returns at once and starts to fetch: that there
   * is no such topic shows in {@link Consumer#receive}.
   *
   * @throws ArpeggioException with {@link Reason#CLOSED} after close
   */
  public synchronized Consumer consumer(String topic, ConsumerOptions consumerOptions) {
    requireOpen();
    TopicConsumer consumer =
        new TopicConsumer(
            environment,
            topic,
            consumerOptions,
            options.requestTimeout(),
            newConsumerId(),
            this::forget);
    open.add(consumer);
    return consumer;
  }

  /**
   * A consumer of several topics, to be closed after use. Returns at once and starts to look for
   * them. A topic that appears later is consumed from its earliest message on; one that is deleted
   * is left. Any other reason for which one of them cannot be consumed ends the consumer.
   *
   * @throws ArpeggioException with {@link Reason#CLOSED} after close
   */
  public synchronized Consumer consumer(Topics topics, ConsumerOptions consumerOptions) {
    requireOpen();
    TopicConsumer consumer =
        new TopicConsumer(
            environment,
            anyNode,
            topics,
            consumerOptions,
            options.requestTimeout(),
            newConsumerId(),
            this::forget);
    open.add(consumer);
    return consumer;
  }

  /**
   * Requests to one topic and replies from another, both of which exist; to be closed after use,
   * before the client is. Waits until it is ready for replies, at most the request time-out for
   * each partition of the topic of replies.
   *
   * @throws ArpeggioException as calls to {@link Admin} do, with {@link Reason#CLOSED} after close
   */
  public Requester requester(String requests, String replies) {
    String id = HexFormat.of().formatHex(newId().toByteArray());
    return new TopicRequester(loop, admin, new Endpoints(), requests, replies, id);
  }

  /** Replies to requests; to be closed after use. */
  public Responder responder() {
    return new TopicResponder(this::producer);
  }

  private final class Endpoints implements TopicRequester.Endpoints {
    @Override
    public Producer producer(String topic) {
      return Arpeggio.this.producer(topic);
    }

    @Override
    public Consumer consumer(String topic, ConsumerOptions consumerOptions) {
      return Arpeggio.this.consumer(topic, consumerOptions);
    }
  }

  /** The administration of the cluster; needs no closing of its own. */
  public Admin admin() {
    return admin;
  }

  /**
   * Closes the producers and consumers that are open, each as its own close does but all within one
   * request time-out, then the connections. Repeating it has no effect. Not to be called by what a
   * future of this client triggers.
   */
  @Override
  public void close() {
    loop.requireOutside("close");
    long deadlineNanos = loop.nowNanos() + options.requestTimeout().toNanos();
    ArpeggioException closed = Failures.closed("client");
    for (Endpoint endpoint : end(closed)) {
      endpoint.close(deadlineNanos);
    }
    inquiries.end(closed);
    loop.execute(network::close);
    loop.close();
  }

  private synchronized List<Endpoint> end(ArpeggioException reason) {
    if (ended == null) {
      ended = reason;
    }
    return List.copyOf(open);
  }

  private synchronized void forget(Endpoint endpoint) {
    open.remove(endpoint);
  }

  private void requireOpen() {
    if (ended != null) {
      throw ended;
    }
  }

  private ByteString newId() {
    byte[] id = new byte[ID_BYTES];
    identities.nextBytes(id);
    return ByteString.copyFrom(id);
  }

  /** Begins with the time, so that consumers come in the order of their making. */
  private ByteString newConsumerId() {
    byte[] id = new byte[ID_BYTES];
    identities.nextBytes(id);
    long time = System.currentTimeMillis();
    for (int i = 0; i < TIME_BYTES; i++) {
      id[i] = (byte) (time >>> (Byte.SIZE * (TIME_BYTES - 1 - i)));
    }
    return ByteString.copyFrom(id);
  }

  /** On the loop: after a defect nothing is certain any more, so everything ends, and says why. */
  private void abort(Throwable defect) {
    LOGGER.log(Logger.Level.ERROR, "Defect in the client library; the client ends.", defect);
    ArpeggioException reason =
        new ArpeggioException(
            Reason.INTERNAL, "Defect in the client library: " + defect, Map.of(), defect);
    List<Endpoint> endpoints = end(reason);
    inquiries.end(reason);
    endpoints.forEach(endpoint -> endpoint.abort(reason));
    network.close();
  }
}
