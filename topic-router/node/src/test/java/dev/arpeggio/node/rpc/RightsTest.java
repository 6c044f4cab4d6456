package dev.arpeggio.node.rpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.arpeggio.chord.transport.grpc.v1.RingGrpc;
import dev.arpeggio.node.security.Need;
import dev.arpeggio.protocol.v1.ClusterGrpc;
import dev.arpeggio.protocol.v1.CreateTopicRequest;
import dev.arpeggio.protocol.v1.QueueGrpc;
import dev.arpeggio.protocol.v1.RedriveRequest;
import dev.arpeggio.protocol.v1.SubscriptionsGrpc;
import dev.arpeggio.protocol.v1.TopicConfig;
import dev.arpeggio.protocol.v1.TopicsGrpc;
import dev.arpeggio.protocol.v1.UpdateTopicRequest;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** No method is without a rule, and each rule is about the topic that the request names. */
class RightsTest {
  private final Rights rights = new Rights();

  static Stream<MethodDescriptor<?, ?>> ours() {
    return Stream.of(
            QueueGrpc.getServiceDescriptor(),
            TopicsGrpc.getServiceDescriptor(),
            SubscriptionsGrpc.getServiceDescriptor(),
            ClusterGrpc.getServiceDescriptor(),
            RingGrpc.getServiceDescriptor())
        .flatMap(service -> service.getMethods().stream());
  }

  @ParameterizedTest
  @MethodSource("ours")
  void everyMethodOfOursNeedsSomething(MethodDescriptor<?, ?> method) {
    Rights.Right right = right(method);
    assertFalse(right.forEverybody());
    assertFalse(right.needs().apply(about("orders", method)).isEmpty());
  }

  @ParameterizedTest
  @MethodSource("ours")
  void aRequestThatNamesATopicNeedsARightToThatTopic(MethodDescriptor<?, ?> method) {
    Message request = about("orders", method);
    boolean named = !request.equals(request.getDefaultInstanceForType());
    List<Need> needs = right(method).needs().apply(request);
    assertEquals(
        named, needs.stream().anyMatch(need -> need.topic().equals("orders")), needs.toString());
  }

  @Test
  void whoDirectsMessagesElsewhereNeedsToPublishThere() {
    TopicConfig config =
        TopicConfig.newBuilder().setDeadLetters("graves").setMoveExpiredTo("attic").build();
    List<String> expected = List.of("administer orders", "publish graves", "publish attic");
    assertEquals(
        expected,
        words(CreateTopicRequest.newBuilder().setTopic("orders").setConfig(config).build()));
    assertEquals(
        expected,
        words(UpdateTopicRequest.newBuilder().setTopic("orders").setChanges(config).build()));
    RedriveRequest redrive = RedriveRequest.newBuilder().setTopic("orders").build();
    assertEquals(List.of("administer orders", "publish *"), words(redrive));
    assertEquals(
        List.of("administer orders", "publish elsewhere"),
        words(redrive.toBuilder().setTarget("elsewhere").build()));
  }

  @Test
  void healthIsForEverybodyAndReflectionForWhoeverIsKnown() {
    assertTrue(right(HealthGrpc.getCheckMethod()).forEverybody());
    assertTrue(right(HealthGrpc.getWatchMethod()).forEverybody());
    assertFalse(right(ServerReflectionGrpc.getServerReflectionInfoMethod()).forEverybody());
  }

  @Test
  void aMethodThatWasForgottenIsFound() {
    MethodDescriptor<?, ?> forgotten =
        QueueGrpc.getSendMethod().toBuilder()
            .setFullMethodName("planted.Service/Forgotten")
            .build();
    ServerServiceDefinition planted =
        ServerServiceDefinition.builder(
                ServiceDescriptor.newBuilder("planted.Service").addMethod(forgotten).build())
            .addMethod(uncalled(forgotten))
            .build();
    IllegalStateException found =
        assertThrows(IllegalStateException.class, () -> rights.requireComplete(List.of(planted)));
    assertTrue(String.valueOf(found.getMessage()).contains("planted.Service/Forgotten"));
  }

  private static <Q, A> ServerMethodDefinition<Q, A> uncalled(MethodDescriptor<Q, A> method) {
    return ServerMethodDefinition.create(
        method,
        (call, headers) -> {
          throw new AssertionError("called");
        });
  }

  private Rights.Right right(MethodDescriptor<?, ?> method) {
    Rights.Right right = rights.of(method);
    if (right == null) {
      throw new AssertionError("no rule for " + method.getFullMethodName());
    }
    return right;
  }

  private List<String> words(Message request) {
    MethodDescriptor<?, ?> method =
        ours()
            .filter(one -> prototype(one).getClass() == request.getClass())
            .findFirst()
            .orElseThrow();
    return right(method).needs().apply(request).stream()
        .map(need -> need.word() + " " + need.topic())
        .toList();
  }

  /** A request that names the topic where it can; in a stream, that is its attach. */
  private static Message about(String topic, MethodDescriptor<?, ?> method) {
    Message.Builder request = prototype(method).newBuilderForType();
    FieldDescriptor attach = request.getDescriptorForType().findFieldByName("attach");
    Message.Builder naming = attach == null ? request : request.getFieldBuilder(attach);
    FieldDescriptor field = naming.getDescriptorForType().findFieldByName("topic");
    if (field != null) {
      naming.setField(field, topic);
    }
    return request.build();
  }

  private static Message prototype(MethodDescriptor<?, ?> method) {
    Object prototype =
        ((PrototypeMarshaller<?>) method.getRequestMarshaller()).getMessagePrototype();
    if (prototype instanceof Message message) {
      return message;
    }
    throw new AssertionError(method.getFullMethodName() + " has other requests");
  }
}
