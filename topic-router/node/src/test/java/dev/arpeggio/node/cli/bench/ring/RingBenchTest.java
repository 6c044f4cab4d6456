package dev.arpeggio.node.cli.bench.ring;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.chord.Peer;
import dev.arpeggio.chord.RingId;
import dev.arpeggio.node.cli.bench.load.Bench;
import dev.arpeggio.node.cli.bench.load.RoundOptions;
import dev.arpeggio.node.cli.io.Console;
import dev.arpeggio.node.cli.io.ExitCode;
import dev.arpeggio.node.cli.io.Failure;
import dev.arpeggio.node.cli.io.OutputFormat;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** Lookups over sockets, and a ring that names a wrong owner. */
class RingBenchTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  @Test
  void everyOwnerIsFoundAndAWrongOneIsSeen() throws Exception {
    try (GrpcRing ring = GrpcRing.start(4)) {
      measure(ring, ring::owner);
      assertTrue(out.toString(UTF_8).contains("\"hops, mean\""), out.toString(UTF_8));
      Peer impostor = new Peer(GrpcRing.key(-1), "grpc://127.0.0.1:1");
      Failure failure =
          assertThrows(
              Failure.class,
              () -> measure(ring, key -> key.equals(GrpcRing.key(7)) ? impostor : ring.owner(key)));
      assertEquals(ExitCode.FAILED, failure.exitCode());
    }
  }

  private void measure(GrpcRing ring, Function<RingId, Peer> owners) {
    RoundOptions rounds = new RoundOptions();
    new CommandLine(new Holder(rounds)).parseArgs("--runs=1", "--warm-ups=0");
    PrintStream nowhere = new PrintStream(new ByteArrayOutputStream(), true, UTF_8);
    Console console = new Console(InputStream.nullInputStream(), out, nowhere, false);
    new Bench(console, () -> OutputFormat.JSON)
        .run(rounds, Map.of(), new RingBench(ring, owners, 200, 8));
  }

  /** What the options are part of. */
  @CommandLine.Command
  private record Holder(@CommandLine.Mixin RoundOptions rounds) {}
}
