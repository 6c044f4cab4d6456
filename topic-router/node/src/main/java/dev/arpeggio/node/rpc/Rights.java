package dev.arpeggio.node.rpc;

import com.google.protobuf.MessageLite;
import dev.arpeggio.chord.transport.grpc.v1.RingGrpc;
import dev.arpeggio.node.security.Action;
import dev.arpeggio.node.security.Need;
import dev.arpeggio.protocol.v1.AcknowledgeRequest;
import dev.arpeggio.protocol.v1.ClusterGrpc;
import dev.arpeggio.protocol.v1.ConsumeRequest;
import dev.arpeggio.protocol.v1.CreateSubscriptionRequest;
import dev.arpeggio.protocol.v1.CreateTopicRequest;
import dev.arpeggio.protocol.v1.DeleteSubscriptionRequest;
import dev.arpeggio.protocol.v1.DeleteTopicRequest;
import dev.arpeggio.protocol.v1.DescribePartitionRequest;
import dev.arpeggio.protocol.v1.DescribeTopicRequest;
import dev.arpeggio.protocol.v1.LocateTopicRequest;
import dev.arpeggio.protocol.v1.PeekRequest;
import dev.arpeggio.protocol.v1.PublishRequest;
import dev.arpeggio.protocol.v1.PurgeRequest;
import dev.arpeggio.protocol.v1.QueueGrpc;
import dev.arpeggio.protocol.v1.ReceiveRequest;
import dev.arpeggio.protocol.v1.RedriveRequest;
import dev.arpeggio.protocol.v1.RefreshPartitionRequest;
import dev.arpeggio.protocol.v1.SeekRequest;
import dev.arpeggio.protocol.v1.SendRequest;
import dev.arpeggio.protocol.v1.StandbyGrpc;
import dev.arpeggio.protocol.v1.SubscriptionsGrpc;
import dev.arpeggio.protocol.v1.TopicConfig;
import dev.arpeggio.protocol.v1.TopicsGrpc;
import dev.arpeggio.protocol.v1.UpdateTopicRequest;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What each method of each service asks of its caller: the one table. A method that is not in it is
 * not served.
 */
final class Rights {
  /** What a request asks for. */
  record Right(boolean forEverybody, Function<MessageLite, List<Need>> needs) {}

  private static final String HEALTH = "grpc.health.v1.Health";
  private static final List<String> REFLECTION =
      List.of("grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection");
  private static final String CHANNELZ = "grpc.channelz.v1.Channelz";

  private final Map<String, Right> methods = new TreeMap<>();
  private final Map<String, Right> services = new TreeMap<>();

  Rights() {
    // Watchers need no secret, and learn no more than whether the node serves.
    services.put(HEALTH, new Right(true, request -> List.of()));
    REFLECTION.forEach(service -> services.put(service, new Right(false, known -> List.of())));
    // It shows who is connected.
    services.put(
        CHANNELZ, new Right(false, request -> List.of(new Need.Everywhere(Action.ADMINISTER))));
    method(RingGrpc.getCallMethod(), request -> List.of(new Need.BeNode()));
    method(StandbyGrpc.getKeepWarmMethod(), request -> List.of(new Need.BeNode()));
    queue();
    topics();
    subscriptions();
    method(ClusterGrpc.getDescribeNodeMethod(), request -> List.of(new Need.Enter()));
    method(ClusterGrpc.getDescribeRingMethod(), request -> List.of(new Need.Enter()));
  }

  // A stream that begins without its attach gets nowhere, so that it needs nothing.
  private void queue() {
    this.<PublishRequest>method(
        QueueGrpc.getPublishMethod(),
        request ->
            request.hasAttach()
                ? List.of(new Need.To(Action.PUBLISH, request.getAttach().getTopic()))
                : List.of());
    this.<ConsumeRequest>method(
        QueueGrpc.getConsumeMethod(),
        request ->
            request.hasAttach()
                ? List.of(new Need.To(Action.CONSUME, request.getAttach().getTopic()))
                : List.of());
    topic(QueueGrpc.getSendMethod(), Action.PUBLISH, SendRequest::getTopic);
    topic(QueueGrpc.getReceiveMethod(), Action.CONSUME, ReceiveRequest::getTopic);
    topic(QueueGrpc.getAcknowledgeMethod(), Action.CONSUME, AcknowledgeRequest::getTopic);
  }

  private void topics() {
    this.<CreateTopicRequest>method(
        TopicsGrpc.getCreateTopicMethod(),
        request -> configure(request.getTopic(), request.getConfig()));
    this.<UpdateTopicRequest>method(
        TopicsGrpc.getUpdateTopicMethod(),
        request -> configure(request.getTopic(), request.getChanges()));
    topic(TopicsGrpc.getDeleteTopicMethod(), Action.ADMINISTER, DeleteTopicRequest::getTopic);
    topic(
        TopicsGrpc.getRefreshPartitionMethod(),
        Action.ADMINISTER,
        RefreshPartitionRequest::getTopic);
    // Its answer holds what the caller may see.
    method(TopicsGrpc.getListTopicsMethod(), request -> List.of(new Need.Enter()));
    see(TopicsGrpc.getDescribeTopicMethod(), DescribeTopicRequest::getTopic);
    see(TopicsGrpc.getDescribePartitionMethod(), DescribePartitionRequest::getTopic);
    see(TopicsGrpc.getLocateTopicMethod(), LocateTopicRequest::getTopic);
  }

  private void subscriptions() {
    // A consumer creates the one that it attaches to, so it may do so beforehand.
    topic(
        SubscriptionsGrpc.getCreateSubscriptionMethod(),
        Action.CONSUME,
        CreateSubscriptionRequest::getTopic);
    topic(SubscriptionsGrpc.getPeekMethod(), Action.CONSUME, PeekRequest::getTopic);
    topic(
        SubscriptionsGrpc.getDeleteSubscriptionMethod(),
        Action.ADMINISTER,
        DeleteSubscriptionRequest::getTopic);
    topic(SubscriptionsGrpc.getSeekMethod(), Action.ADMINISTER, SeekRequest::getTopic);
    topic(SubscriptionsGrpc.getPurgeMethod(), Action.ADMINISTER, PurgeRequest::getTopic);
    this.<RedriveRequest>method(SubscriptionsGrpc.getRedriveMethod(), Rights::redrive);
  }

  // Whoever decides where a topic's messages go publishes there, by another's hand.
  private static List<Need> configure(String topic, TopicConfig config) {
    List<Need> needs = new ArrayList<>(List.of(new Need.To(Action.ADMINISTER, topic)));
    for (String target : List.of(config.getDeadLetters(), config.getMoveExpiredTo())) {
      if (!target.isEmpty()) {
        needs.add(new Need.To(Action.PUBLISH, target));
      }
    }
    return needs;
  }

  // Without a target, each message goes where its headers say, and these are its publisher's.
  private static List<Need> redrive(RedriveRequest request) {
    return List.of(
        new Need.To(Action.ADMINISTER, request.getTopic()),
        request.getTarget().isEmpty()
            ? new Need.Everywhere(Action.PUBLISH)
            : new Need.To(Action.PUBLISH, request.getTarget()));
  }

  private <Q extends MessageLite> void topic(
      MethodDescriptor<Q, ?> method, Action action, Function<Q, String> topic) {
    this.<Q>method(method, request -> List.of(new Need.To(action, topic.apply(request))));
  }

  private <Q extends MessageLite> void see(
      MethodDescriptor<Q, ?> method, Function<Q, String> topic) {
    this.<Q>method(method, request -> List.of(new Need.See(topic.apply(request))));
  }

  // A method's requests are of its type.
  @SuppressWarnings("unchecked")
  private <Q extends MessageLite> void method(
      MethodDescriptor<Q, ?> method, Function<Q, List<Need>> needs) {
    methods.put(method.getFullMethodName(), new Right(false, request -> needs.apply((Q) request)));
  }

  @Nullable Right of(MethodDescriptor<?, ?> method) {
    Right right = methods.get(method.getFullMethodName());
    return right != null ? right : services.get(String.valueOf(method.getServiceName()));
  }

  /**
   * That no method was forgotten.
   *
   * @throws IllegalStateException if one was
   */
  void requireComplete(List<ServerServiceDefinition> served) {
    List<String> forgotten =
        served.stream()
            .flatMap(service -> service.getMethods().stream())
            .map(method -> method.getMethodDescriptor())
            .filter(method -> of(method) == null)
            .map(MethodDescriptor::getFullMethodName)
            .toList();
    if (!forgotten.isEmpty()) {
      throw new IllegalStateException("nothing says who may call " + forgotten);
    }
  }
}
