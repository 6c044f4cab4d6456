package dev.arpeggio.node;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.time.ZoneOffset.UTC;

import com.google.common.net.InetAddresses;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.List;

/** Issues certificates: {@code authority.issue("shop", "127.0.0.1").write(directory)}. */
public final class TestAuthority {
  private static final byte[] COMMON_NAME = {0x06, 3, 0x55, 0x04, 0x03};
  private static final byte[] BASIC_CONSTRAINTS = {0x06, 3, 0x55, 0x1d, 0x13};
  private static final byte[] ALTERNATIVE_NAMES = {0x06, 3, 0x55, 0x1d, 0x11};
  private static final byte[] ECDSA_WITH_SHA256 = {
    0x06, 8, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 4, 3, 2
  };
  private static final byte[] TRUE = {0x01, 1, (byte) 0xff};
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'");

  private final String name;
  private final KeyPair keys;
  private int issued;

  private TestAuthority(String name, KeyPair keys) {
    this.name = name;
    this.keys = keys;
  }

  /**
   * Somebody with a key.
   *
   * @param certificate PEM
   * @param key PEM
   */
  public record Holder(String certificate, String key) {
    /** Puts both into a new directory. */
    public Place write(Path parent) throws IOException {
      return new Place(Files.createTempDirectory(parent, "holder")).replace(this);
    }
  }

  /** Where a holder's certificate and key are. */
  public record Place(Path directory) {
    public Path certificate() {
      return directory.resolve("cert.pem");
    }

    public Path key() {
      return directory.resolve("key.pem");
    }

    /** Puts those of another one there, the key first. */
    public Place replace(Holder holder) throws IOException {
      if (!Files.exists(key())) {
        Files.createFile(
            key(),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      }
      Files.writeString(key(), holder.key());
      Files.writeString(certificate(), holder.certificate());
      return this;
    }
  }

  public static TestAuthority named(String name) throws GeneralSecurityException {
    return new TestAuthority(name, newKeys());
  }

  /** Its own certificate, which is what others trust. */
  String pem() throws GeneralSecurityException {
    byte[] authority = sequence(BASIC_CONSTRAINTS, TRUE, tagged(0x04, sequence(TRUE)));
    return pem(
        "CERTIFICATE",
        certificate(name, keys.getPublic(), authority, Instant.now(), Duration.ofDays(10)));
  }

  /** The same in a file. */
  public Path write(Path parent) throws IOException, GeneralSecurityException {
    return Files.writeString(Files.createTempFile(parent, name, ".pem"), pem());
  }

  /** Good for ten days, for these hosts: IP addresses or names. */
  public Holder issue(String commonName, String... hosts) throws GeneralSecurityException {
    return issue(commonName, Instant.now(), Duration.ofDays(10), hosts);
  }

  /** Not good any more. */
  Holder issueExpired(String commonName, String... hosts) throws GeneralSecurityException {
    return issue(commonName, Instant.now().minus(Duration.ofDays(20)), Duration.ofDays(1), hosts);
  }

  private Holder issue(String commonName, Instant from, Duration life, String... hosts)
      throws GeneralSecurityException {
    KeyPair own = newKeys();
    byte[] names = {};
    for (String host : hosts) {
      names =
          join(
              names,
              InetAddresses.isInetAddress(host)
                  ? tagged(0x87, InetAddresses.forString(host).getAddress())
                  : tagged(0x82, host.getBytes(US_ASCII)));
    }
    byte[] extension = sequence(ALTERNATIVE_NAMES, tagged(0x04, sequence(names)));
    byte[] encoded =
        certificate(
            commonName, own.getPublic(), hosts.length == 0 ? new byte[0] : extension, from, life);
    return new Holder(
        pem("CERTIFICATE", encoded), pem("PRIVATE KEY", own.getPrivate().getEncoded()));
  }

  private byte[] certificate(
      String subject, PublicKey key, byte[] extensions, Instant from, Duration life)
      throws GeneralSecurityException {
    issued++;
    byte[] algorithm = sequence(ECDSA_WITH_SHA256);
    // A minute earlier, because the seconds are rounded.
    byte[] validity = sequence(time(from.minus(Duration.ofMinutes(1))), time(from.plus(life)));
    byte[] content =
        sequence(
            tagged(0xa0, tagged(0x02, new byte[] {2})),
            tagged(0x02, BigInteger.valueOf(issued).toByteArray()),
            algorithm,
            distinguished(name),
            validity,
            distinguished(subject),
            key.getEncoded(),
            extensions.length == 0 ? extensions : tagged(0xa3, sequence(extensions)));
    return sequence(
        content, algorithm, tagged(0x03, join(new byte[] {0}, sign(content, keys.getPrivate()))));
  }

  private static byte[] sign(byte[] content, PrivateKey key) throws GeneralSecurityException {
    Signature signer = Signature.getInstance("SHA256withECDSA");
    signer.initSign(key);
    signer.update(content);
    return signer.sign();
  }

  private static KeyPair newKeys() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return generator.generateKeyPair();
  }

  private static byte[] distinguished(String commonName) {
    return sequence(tagged(0x31, sequence(COMMON_NAME, tagged(0x0c, commonName.getBytes(UTF_8)))));
  }

  private static byte[] time(Instant instant) {
    return tagged(0x18, TIME.format(instant.atOffset(UTC)).getBytes(US_ASCII));
  }

  private static byte[] sequence(byte[]... parts) {
    return tagged(0x30, join(parts));
  }

  /** DER: tag, length, content. */
  private static byte[] tagged(int tag, byte[] content) {
    int length = content.length;
    byte[] head =
        length < 0x80
            ? new byte[] {(byte) tag, (byte) length}
            : length < 0x100
                ? new byte[] {(byte) tag, (byte) 0x81, (byte) length}
                : new byte[] {(byte) tag, (byte) 0x82, (byte) (length >> 8), (byte) length};
    return join(head, content);
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    List.of(parts).forEach(joined::writeBytes);
    return joined.toByteArray();
  }

  private static String pem(String kind, byte[] content) {
    return "-----BEGIN %s-----%n%s%n-----END %s-----%n"
        .formatted(
            kind, Base64.getMimeEncoder(64, "\n".getBytes(US_ASCII)).encodeToString(content), kind);
  }
}
