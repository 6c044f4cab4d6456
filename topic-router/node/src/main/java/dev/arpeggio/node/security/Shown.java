package dev.arpeggio.node.security;

import java.util.Optional;

/**
 * What a call shows of who makes it.
 *
 * @param certificate whom the certificate of its connection names
 * @param token the digest of its token
 * @param origin on whose behalf it says that it is, if not on that of the caller
 */
public record Shown(
    Optional<Identity> certificate, Optional<TokenDigest> token, Optional<String> origin) {}
