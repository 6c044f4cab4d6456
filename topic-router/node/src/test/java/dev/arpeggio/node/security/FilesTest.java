package dev.arpeggio.node.security;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the files of a node may hold, and what is said of what they may not. */
class FilesTest {
  private static final String DIGEST =
      "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

  @TempDir Path directory;

  @Test
  void theLineOfANewTokenMakesItKnown() throws Exception {
    Instant expiry = Instant.parse("2027-01-31T00:00:00Z");
    NewToken made = NewToken.of("shop", Optional.of(expiry), new SecureRandom());
    Tokens tokens = Tokens.parse(("# ours\n\n" + made.line() + "\n").getBytes(UTF_8));
    assertEquals(
        Optional.of(new Identity("shop", expiry)), tokens.owner(TokenDigest.of(made.token())));
    assertEquals(Optional.empty(), tokens.owner(TokenDigest.of(made.token() + "x")));
    assertFalse(made.toString().contains(made.token()), "the secret shows");
    assertNotEquals(
        made.token(), NewToken.of("shop", Optional.empty(), new SecureRandom()).token());
  }

  @Test
  void aPrincipalMayHaveTwoTokens() throws Exception {
    NewToken first = NewToken.of("shop", Optional.empty(), new SecureRandom());
    NewToken second = NewToken.of("shop", Optional.empty(), new SecureRandom());
    Tokens tokens = Tokens.parse((first.line() + "\r\n" + second.line()).getBytes(UTF_8));
    for (NewToken token : List.of(first, second)) {
      assertEquals(
          Optional.of(new Identity("shop", Instant.MAX)),
          tokens.owner(TokenDigest.of(token.token())));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "shop",
        "shop secret-by-mistake",
        "sh/op " + DIGEST,
        "shop sha256:abc",
        "shop " + DIGEST + " tomorrow",
        "shop " + DIGEST + " 2027-01-31T00:00:00Z more",
        "shop " + DIGEST + "\nbilling " + DIGEST
      })
  void tokensOfAnotherFormAreRefusedByLineAndNotRepeated(String content) {
    String bad = "# comment\n" + content;
    BadFileException refused =
        assertThrows(BadFileException.class, () -> Tokens.parse(bad.getBytes(UTF_8)));
    String message = String.valueOf(refused.getMessage());
    assertTrue(message.matches("line [23] .*"), message);
    assertFalse(message.contains("mistake"), message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "shop",
        "shop orders",
        "shop orders publish more",
        "shop orders Publish",
        "shop orders publish,",
        "shop orders everything",
        "shop or*ders publish",
        "shop ** publish",
        "sh:op orders publish"
      })
  void permissionsOfAnotherFormAreRefusedByLine(String line) {
    BadFileException refused =
        assertThrows(
            BadFileException.class,
            () -> Permissions.parse(("ops * publish\n" + line).getBytes(UTF_8)));
    assertTrue(String.valueOf(refused.getMessage()).startsWith("line 2 "), refused.getMessage());
  }

  @Test
  void whatIsNoTextIsRefused() {
    assertThrows(BadFileException.class, () -> Tokens.parse(new byte[] {(byte) 0xff, (byte) 0xfe}));
  }

  @Test
  void aSecretThatEverybodyMayReadIsRefused() throws Exception {
    Path file = directory.resolve("token");
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(file, "sesame\n");
    assertEquals("sesame", SecretFile.readToken(file));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    BadFileException refused =
        assertThrows(BadFileException.class, () -> SecretFile.readToken(file));
    assertFalse(String.valueOf(refused.getMessage()).contains("sesame"), refused.getMessage());
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    for (String bad : List.of("", "two words", "two\nlines", "\u00e9")) {
      Files.writeString(file, bad);
      assertThrows(BadFileException.class, () -> SecretFile.readToken(file), bad);
    }
    assertThrows(BadFileException.class, () -> SecretFile.readToken(directory.resolve("none")));
  }

  @Test
  void aFileIsTakenUpWhenItChangesAndWhatIsBadLeavesTheOldOneInForce() throws Exception {
    Path file = Files.writeString(directory.resolve("tokens"), "");
    BlockingQueue<String> loaded = new LinkedBlockingQueue<>();
    BlockingQueue<String> looks = new LinkedBlockingQueue<>();
    try (FileWatch watch = new FileWatch(Duration.ofMillis(10))) {
      watch.add(
          "--tokens",
          file,
          content -> {
            Tokens.parse(content);
            loaded.add(new String(content, UTF_8));
          });
      watch.start(() -> looks.add("look"));
      assertEquals("", loaded.poll(30, TimeUnit.SECONDS));
      Files.writeString(file, "shop " + DIGEST);
      assertEquals("shop " + DIGEST, loaded.poll(30, TimeUnit.SECONDS));
      Files.writeString(file, "nonsense");
      awaitLooks(looks);
      Files.delete(file);
      awaitLooks(looks);
      assertEquals(new ArrayList<>(), new ArrayList<>(loaded));
      Files.writeString(file, "billing " + DIGEST);
      assertEquals("billing " + DIGEST, loaded.poll(30, TimeUnit.SECONDS));
    }
  }

  /** One may be under way, so that only the end of the second is surely one that saw it all. */
  private static void awaitLooks(BlockingQueue<String> looks) throws InterruptedException {
    looks.clear();
    for (int i = 0; i < 2; i++) {
      assertEquals("look", looks.poll(30, TimeUnit.SECONDS));
    }
  }
}
