package dev.arpeggio.chord.transport.grpc;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.concurrent.TimeUnit;

/**
 * A key pair with a certificate that is its own authority, made by the JDK's keytool.
 *
 * @param certificate PEM
 * @param key PEM
 */
record Identity(String certificate, String key) {
  private static final String PASSWORD = "not-a-secret";

  /**
   * Makes one.
   *
   * @param subjectAlternative what the certificate is for, for example {@code ip:127.0.0.1}
   */
  static Identity of(String subjectAlternative, Path directory)
      throws IOException, GeneralSecurityException, InterruptedException {
    Path store = Files.createTempDirectory(directory, "identity").resolve("store.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "node",
                "-keyalg",
                "EC",
                "-validity",
                "30",
                "-dname",
                "CN=node",
                "-storetype",
                "PKCS12",
                "-ext",
                "san=" + subjectAlternative,
                "-storepass",
                PASSWORD,
                "-keystore",
                store.toString())
            .redirectErrorStream(true)
            .redirectOutput(store.resolveSibling("keytool.log").toFile())
            .start();
    assertTrue(keytool.waitFor(60, TimeUnit.SECONDS));
    assertEquals(0, keytool.exitValue(), () -> "see keytool.log in " + store.getParent());
    KeyStore loaded = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      loaded.load(in, PASSWORD.toCharArray());
    }
    return new Identity(
        pem("CERTIFICATE", loaded.getCertificate("node").getEncoded()),
        pem("PRIVATE KEY", loaded.getKey("node", PASSWORD.toCharArray()).getEncoded()));
  }

  private static String pem(String kind, byte[] content) {
    return "-----BEGIN "
        + kind
        + "-----\n"
        + Base64.getMimeEncoder(64, "\n".getBytes(US_ASCII)).encodeToString(content)
        + "\n-----END "
        + kind
        + "-----\n";
  }
}
