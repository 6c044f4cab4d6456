package dev.arpeggio.node.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.client.ArpeggioException;
import dev.arpeggio.client.Reason;
import dev.arpeggio.node.cli.io.ExitCode;
import dev.arpeggio.node.cli.io.Failure;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ClientErrorsTest {
  @ParameterizedTest
  @EnumSource(Reason.class)
  void everyReasonIsToldInOneLineWithARemedy(Reason reason) {
    Failure failure = ClientErrors.explain(new ArpeggioException(reason, "two\nlines"));
    String line = String.valueOf(failure.getMessage());
    assertTrue(line.matches("[^\\n]+; [^\\n]+"), line);
  }

  @ParameterizedTest
  @EnumSource(Reason.class)
  void whatIsWorthARetryIsUnavailableAndNothingElseIs(Reason reason) {
    ExitCode exitCode = ClientErrors.explain(new ArpeggioException(reason, "x")).exitCode();
    boolean unavailable =
        (reason.isRetryable() && reason != Reason.INTERRUPTED)
            || reason == Reason.SUBSCRIPTION_BUSY;
    assertEquals(unavailable, exitCode == ExitCode.UNAVAILABLE);
  }

  @Test
  void aMissingTopicComesWithTheCommandThatCreatesIt() {
    Failure failure =
        ClientErrors.explain(
            new ArpeggioException(Reason.TOPIC_NOT_FOUND, "no", Map.of("topic", "orders"), null));
    assertEquals(ExitCode.NOT_FOUND, failure.exitCode());
    assertEquals(
        "there is no topic orders; create it with: arpeggio topic create orders",
        failure.getMessage());
  }
}
