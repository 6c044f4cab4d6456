package dev.arpeggio.node.rpc;

import dev.arpeggio.node.security.Identity;
import io.grpc.Attributes;
import io.grpc.Grpc;
import io.grpc.ServerTransportFilter;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/**
 * Reads once for each connection whom its certificate names: the one common name of its subject. A
 * certificate with none, with several, or with one that is no name of a principal names nobody.
 */
public final class CertificateNames extends ServerTransportFilter {
  static final Attributes.Key<Identity> IDENTITY =
      Attributes.Key.create("dev.arpeggio.node.rpc.identity");

  @Override
  public Attributes transportReady(Attributes connection) {
    SSLSession session = connection.get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
    if (session == null) {
      return connection;
    }
    return peer(session)
        .map(identity -> connection.toBuilder().set(IDENTITY, identity).build())
        .orElse(connection);
  }

  private static Optional<Identity> peer(SSLSession session) {
    try {
      Certificate[] chain = session.getPeerCertificates();
      return chain.length > 0 && chain[0] instanceof X509Certificate own
          ? of(own)
          : Optional.empty();
    } catch (SSLPeerUnverifiedException e) {
      // It showed none.
      return Optional.empty();
    }
  }

  /** Whom a certificate names. */
  public static Optional<Identity> of(X509Certificate certificate) {
    List<String> names = commonNames(certificate);
    return names.size() == 1 && Identity.isName(names.get(0))
        ? Optional.of(new Identity(names.get(0), certificate.getNotAfter().toInstant()))
        : Optional.empty();
  }

  private static List<String> commonNames(X509Certificate certificate) {
    List<String> names = new ArrayList<>();
    try {
      for (Rdn part : new LdapName(certificate.getSubjectX500Principal().getName()).getRdns()) {
        Attribute name = part.toAttributes().get("CN");
        for (int i = 0; name != null && i < name.size(); i++) {
          names.add(String.valueOf(name.get(i)));
        }
      }
    } catch (NamingException e) {
      throw new IllegalStateException("Java does not read the name that it wrote", e);
    }
    return names;
  }
}
