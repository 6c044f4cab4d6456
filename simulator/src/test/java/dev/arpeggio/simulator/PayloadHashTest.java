package dev.arpeggio.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.chord.MemberState;
import dev.arpeggio.chord.Peer;
import dev.arpeggio.chord.RingId;
import dev.arpeggio.chord.transport.CallFailure;
import dev.arpeggio.chord.transport.RefusalReason;
import dev.arpeggio.chord.transport.RingQuery;
import dev.arpeggio.chord.transport.RingResponse;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Two messages that differ in anything have different hashes, whatever messages there may be. */
final class PayloadHashTest {
  private static final Peer ONE = new Peer(new RingId(1), "sim://1");
  private static final Peer TWO = new Peer(new RingId(2), "sim://2");

  /** For the type of each component two values that differ. */
  private static final Map<String, List<Object>> VALUES = values();

  static Stream<Class<?>> messages() {
    return Stream.of(RingQuery.class, RingResponse.class, CallFailure.class)
        .flatMap(type -> Arrays.stream(type.getPermittedSubclasses()));
  }

  @ParameterizedTest
  @MethodSource("messages")
  void everyComponentCounts(Class<?> type) throws ReflectiveOperationException {
    RecordComponent[] components = type.getRecordComponents();
    assertEquals(hash(message(type, -1)), hash(message(type, -1)));
    for (int i = 0; i < components.length; i++) {
      assertNotEquals(
          hash(message(type, -1)), hash(message(type, i)), type + " " + components[i].getName());
    }
  }

  @ParameterizedTest
  @MethodSource("messages")
  void theKindOfMessageCounts(Class<?> type) throws ReflectiveOperationException {
    for (Class<?> other : messages().toList()) {
      // Answers and failures are different kinds of events anyway.
      if (other != type && other.getEnclosingClass() == type.getEnclosingClass()) {
        assertNotEquals(hash(message(type, -1)), hash(message(other, -1)), type + ", " + other);
      }
    }
  }

  /** A message whose component at this place, if there is one, has the other value. */
  private static Object message(Class<?> type, int changed) throws ReflectiveOperationException {
    RecordComponent[] components = type.getRecordComponents();
    Object[] arguments = new Object[components.length];
    Class<?>[] types = new Class<?>[components.length];
    for (int i = 0; i < components.length; i++) {
      Type component = components[i].getGenericType();
      List<Object> values = VALUES.get(component.getTypeName());
      assertTrue(values != null, "no values of " + component + " in this test");
      arguments[i] = Objects.requireNonNull(values).get(i == changed ? 1 : 0);
      types[i] = components[i].getType();
    }
    Constructor<?> constructor = type.getDeclaredConstructor(types);
    return constructor.newInstance(arguments);
  }

  private static long hash(Object message) {
    if (message instanceof RingQuery query) {
      return PayloadHash.of(query);
    } else if (message instanceof RingResponse response) {
      return PayloadHash.of(response);
    }
    return PayloadHash.of((CallFailure) message);
  }

  private static Map<String, List<Object>> values() {
    Map<String, List<Object>> values = new LinkedHashMap<>();
    values.put("int", List.of(1, 2));
    values.put("long", List.of(1L, 2L));
    values.put("java.lang.String", List.of("one", "two"));
    values.put(RingId.class.getName(), List.of(ONE.id(), TWO.id()));
    values.put(Peer.class.getName(), List.of(ONE, TWO));
    values.put(
        RefusalReason.class.getName(), List.of(RefusalReason.OVERLOADED, RefusalReason.MALFORMED));
    values.put(
        MemberState.class.getName(),
        List.of(new MemberState(ONE, TWO, List.of(TWO)), new MemberState(ONE, TWO, List.of(ONE))));
    values.put(
        "java.util.List<" + RingId.class.getName() + ">",
        List.of(List.of(ONE.id()), List.of(ONE.id(), TWO.id())));
    values.put(
        "java.util.List<" + Peer.class.getName() + ">", List.of(List.of(ONE), List.of(ONE, TWO)));
    return values;
  }
}
