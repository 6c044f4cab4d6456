package dev.arpeggio.node.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.node.ArpeggioNode;
import dev.arpeggio.node.NodeOptions;
import dev.arpeggio.node.NodeSecurity;
import dev.arpeggio.node.NodeTls;
import dev.arpeggio.node.NodeTls.ClientCertificates;
import dev.arpeggio.node.TestAuthority;
import dev.arpeggio.node.cli.io.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Commands at a node that speaks TLS and asks who calls. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SecurityCommandsTest {
  private Path directory;
  private String authorities;
  private TestAuthority.Place shop;
  private String opsToken;
  private ArpeggioNode node;

  @BeforeAll
  void start(@TempDir Path temporary) throws Exception {
    directory = temporary;
    TestAuthority authority = TestAuthority.named("house");
    Path trusted = authority.write(directory);
    authorities = trusted.toString();
    shop = authority.issue("shop").write(directory);
    TestAuthority.Place own = authority.issue("node-1", "127.0.0.1").write(directory);
    List<String> made = new Shell().run("token", "create", "ops").succeeds().out().lines().toList();
    opsToken = secret("ops", made.get(0));
    Path tokens = Files.writeString(directory.resolve("tokens"), made.get(1) + "\n");
    Path permissions =
        Files.writeString(
            directory.resolve("permissions"),
            "node-1 node\nops * publish,consume,administer\nshop orders* publish\n");
    node =
        ArpeggioNode.start(
            NodeOptions.defaults()
                .withEmbeddedZooKeeper(directory.resolve("zookeeper"), 0)
                .withPreset("local")
                .withSecurity(
                    NodeSecurity.none()
                        .withTls(
                            new NodeTls(
                                own.certificate(), own.key(), trusted, ClientCertificates.OPTIONAL))
                        .withTokens(tokens)
                        .withPermissions(permissions)));
  }

  @AfterAll
  void stop() {
    node.close();
  }

  @Test
  void aTokenOrACertificateLetsACommandIn() {
    ops("topic", "create", "orders").succeeds();
    Shell shell = new Shell().reading("hello\n".getBytes(UTF_8));
    shell
        .run(
            "publish",
            "orders",
            "--connect",
            node.address(),
            "--tls-ca",
            authorities,
            "--tls-cert",
            shop.certificate().toString(),
            "--tls-key",
            shop.key().toString())
        .succeeds();
    assertTrue(ops("peek", "orders").succeeds().out().contains("hello"));
  }

  @Test
  void settingsComeFromTheEnvironmentToo() {
    new Shell()
        .with("ARPEGGIO_CONNECT", node.address())
        .with("ARPEGGIO_TLS", "true")
        .with("ARPEGGIO_TLS_CA", authorities)
        .with("ARPEGGIO_TOKEN_FILE", opsToken)
        .run("topic", "list")
        .succeeds();
  }

  @Test
  void tlsStandsBeforeAWordThatIsNotItsValue() {
    // From an authority that Java does not know, which shows that TLS was spoken.
    new Shell()
        .run("topic", "info", "--connect", node.address(), "--tls", "orders")
        .failsWith(ExitCode.UNAVAILABLE)
        .saying("not trusted");
  }

  @Test
  void whatIsWrongIsToldWithARemedy() {
    new Shell()
        .run("topic", "list", "--connect", node.address())
        .failsWith(ExitCode.UNAVAILABLE)
        .saying("--tls");
    new Shell()
        .run("topic", "list", "--connect", node.address(), "--tls-ca", authorities)
        .failsWith(ExitCode.FAILED)
        .saying("--token-file");
    new Shell()
        .run(
            "topic",
            "create",
            "mine",
            "--connect",
            node.address(),
            "--tls-ca",
            authorities,
            "--tls-cert",
            shop.certificate().toString(),
            "--tls-key",
            shop.key().toString())
        .failsWith(ExitCode.FAILED)
        .saying("shop has not the permission 'administer' for topic mine");
  }

  @Test
  void aTokenIsToldOnceAndItsLineDoesNotHoldIt() {
    Shell.Result made = new Shell().run("token", "create", "shop", "--expires", "90d").succeeds();
    List<String> lines = made.out().lines().toList();
    assertEquals(2, lines.size());
    assertTrue(lines.get(0).matches("arpeggio_[A-Za-z0-9_-]{43}"), "not a token");
    assertTrue(lines.get(1).matches("shop sha256:[0-9a-f]{64} [0-9T:-]+Z"), lines.get(1));
    assertFalse(lines.get(1).contains(lines.get(0)));
    assertFalse(made.err().contains(lines.get(0)));
    String json = new Shell().run("token", "create", "shop", "-o", "json").succeeds().out();
    assertTrue(json.matches("\\{\"token\":\"[^\"]+\",\"line\":\"shop sha256:[^\" ]+\"}\\s"), json);
  }

  @Test
  void verboseErrorsHoldNoToken() throws Exception {
    String guessed = "arpeggio_guessed_secret";
    for (String content : List.of(guessed, guessed + " twice")) {
      Shell.Result result =
          new Shell()
              .run(
                  "topic",
                  "list",
                  "--verbose",
                  "--connect",
                  node.address(),
                  "--tls-ca",
                  authorities,
                  "--token-file",
                  secret("guessed", content));
      assertTrue(result.exitCode() != 0);
      assertTrue(result.err().contains("Exception"), "not verbose: " + result.err());
      assertFalse(result.err().contains("guessed_secret"), result.err());
    }
  }

  private Shell.Result ops(String... arguments) {
    return new Shell()
        .with("ARPEGGIO_CONNECT", node.address())
        .with("ARPEGGIO_TLS_CA", authorities)
        .with("ARPEGGIO_TOKEN_FILE", opsToken)
        .run(arguments);
  }

  private String secret(String name, String content) throws IOException {
    Path file = directory.resolve(name + content.length());
    Files.deleteIfExists(file);
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    return Files.writeString(file, content + "\n").toString();
  }
}
