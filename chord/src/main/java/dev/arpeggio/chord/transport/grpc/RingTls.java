package dev.arpeggio.chord.transport.grpc;

import io.grpc.ChannelCredentials;
import io.grpc.ServerCredentials;
import io.grpc.TlsChannelCredentials;
import io.grpc.TlsServerCredentials;
import io.grpc.TlsServerCredentials.ClientAuth;
import io.grpc.util.AdvancedTlsX509KeyManager;
import io.grpc.util.AdvancedTlsX509TrustManager;
import io.grpc.util.CertificateUtils;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;

/**
 * Who a node is and whom it trusts: three PEM files, read at the start and again by {@link #reload}
 * for the connections made from then on, without a restart. Connections that stand are left alone.
 *
 * <p>A node always checks that the certificate of a node it calls comes from a trusted authority
 * and names the host of the address called. There is no falling back to plain text. Safe for any
 * thread.
 *
 * <p>Invariant: what is in force was complete and consistent when it was read.
 */
public final class RingTls {
  private final Path certificateChain;
  private final Path privateKey;
  private final Path authorities;
  private final ClientAuth callers;
  private final AdvancedTlsX509KeyManager identity = new AdvancedTlsX509KeyManager();
  private final AdvancedTlsX509TrustManager trust;

  private RingTls(Path certificateChain, Path privateKey, Path authorities, ClientAuth callers)
      throws IOException, GeneralSecurityException {
    this.certificateChain = certificateChain;
    this.privateKey = privateKey;
    this.authorities = authorities;
    this.callers = callers;
    this.trust = AdvancedTlsX509TrustManager.newBuilder().build();
    reload();
  }

  /**
   * Callers prove who they are too: only holders of a certificate from a trusted authority reach
   * the node.
   *
   * @param certificateChain PEM, the node's own certificate first; usable for server and client
   * @param privateKey PEM, PKCS #8 without a password, RSA or elliptic curve
   * @param authorities PEM, the certificates that are trusted
   * @throws IOException if a file cannot be read
   * @throws GeneralSecurityException if a file has other content, or key and certificate are no
   *     pair
   */
  public static RingTls mutual(Path certificateChain, Path privateKey, Path authorities)
      throws IOException, GeneralSecurityException {
    return new RingTls(certificateChain, privateKey, authorities, ClientAuth.REQUIRE);
  }

  /**
   * Callers may prove who they are, and nodes do so to each other; who else is served is for the
   * embedder's server to say. The rest is as for {@link #mutual}.
   */
  public static RingTls optional(Path certificateChain, Path privateKey, Path authorities)
      throws IOException, GeneralSecurityException {
    return new RingTls(certificateChain, privateKey, authorities, ClientAuth.OPTIONAL);
  }

  /**
   * Only the node that is called proves who it is: the ring is private, but open to any caller. The
   * rest is as for {@link #mutual}.
   */
  public static RingTls serverOnly(Path certificateChain, Path privateKey, Path authorities)
      throws IOException, GeneralSecurityException {
    return new RingTls(certificateChain, privateKey, authorities, ClientAuth.NONE);
  }

  /**
   * Reads the files again. Blocks on the disk, so it is not for an event loop. Files that are
   * replaced one after the other may be found half replaced: then this throws, what was in force
   * stays in force, and it is to be called again.
   *
   * @throws IOException if a file cannot be read
   * @throws GeneralSecurityException if a file has other content, or key and certificate are no
   *     pair
   */
  public synchronized void reload() throws IOException, GeneralSecurityException {
    X509Certificate[] chain = certificates(certificateChain);
    PrivateKey key = key(privateKey);
    X509Certificate[] trusted = certificates(authorities);
    requirePair(key, chain[0].getPublicKey());
    trust.updateTrustCredentials(trusted);
    identity.updateIdentityCredentials(chain, key);
  }

  /** For the embedder's server when the transport is attached to it; follows {@link #reload}. */
  public ServerCredentials serverCredentials() {
    return TlsServerCredentials.newBuilder()
        .keyManager(identity)
        .trustManager(trust)
        .clientAuth(callers)
        .build();
  }

  /** For calls to other nodes, the ring's and the embedder's; follows {@link #reload}. */
  public ChannelCredentials channelCredentials() {
    TlsChannelCredentials.Builder credentials =
        TlsChannelCredentials.newBuilder().trustManager(trust);
    return callers == ClientAuth.NONE
        ? credentials.build()
        : credentials.keyManager(identity).build();
  }

  private static X509Certificate[] certificates(Path file)
      throws IOException, GeneralSecurityException {
    try (InputStream in = Files.newInputStream(file)) {
      X509Certificate[] certificates = CertificateUtils.getX509Certificates(in);
      if (certificates.length == 0) {
        throw new CertificateException(file + " holds no certificate");
      }
      return certificates;
    }
  }

  private static PrivateKey key(Path file) throws IOException, GeneralSecurityException {
    try (InputStream in = Files.newInputStream(file)) {
      return CertificateUtils.getPrivateKey(in);
    }
  }

  /** A key that fits another certificate would fail every handshake from now on. */
  private static void requirePair(PrivateKey key, PublicKey certified)
      throws GeneralSecurityException {
    String algorithm = certified.getAlgorithm().equals("EC") ? "SHA256withECDSA" : "SHA256withRSA";
    byte[] probe = {1, 2, 3};
    Signature signer = Signature.getInstance(algorithm);
    signer.initSign(key);
    signer.update(probe);
    byte[] signature = signer.sign();
    signer.initVerify(certified);
    signer.update(probe);
    if (!signer.verify(signature)) {
      throw new InvalidKeyException("the private key does not belong to the certificate");
    }
  }
}
