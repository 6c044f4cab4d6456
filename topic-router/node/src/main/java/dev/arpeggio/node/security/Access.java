package dev.arpeggio.node.security;

import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The judge over calls. Without tokens and permissions everybody may do everything; with either of
 * them only those who say who they are; with permissions only what these allow. Safe for any
 * thread.
 */
public final class Access {
  /** What holds now; replaced as a whole, so that no judgement mixes old and new. */
  private record Rules(@Nullable Tokens tokens, @Nullable Permissions permissions) {}

  private final InstantSource clock;
  private volatile Rules rules;

  private Access(Rules rules, InstantSource clock) {
    this.rules = rules;
    this.clock = clock;
  }

  /** Everybody may do everything, for good. */
  public static Access open() {
    return new Access(new Rules(null, null), InstantSource.system());
  }

  /**
   * What these say; at least one of them must be there.
   *
   * @param tokens absent: only certificates prove who somebody is
   * @param permissions absent: whoever is known may do everything
   */
  public static Access of(
      Optional<Tokens> tokens, Optional<Permissions> permissions, InstantSource clock) {
    if (tokens.isEmpty() && permissions.isEmpty()) {
      throw new IllegalStateException("neither tokens nor permissions: that would be open");
    }
    return new Access(new Rules(tokens.orElse(null), permissions.orElse(null)), clock);
  }

  /** Other tokens from now on. */
  public synchronized void replace(Tokens tokens) {
    rules = new Rules(tokens, rules.permissions());
  }

  /** Other permissions from now on. */
  public synchronized void replace(Permissions permissions) {
    rules = new Rules(rules.tokens(), permissions);
  }

  /** Whether nobody is asked for anything. Never changes. */
  public boolean isOpen() {
    Rules now = rules;
    return now.tokens() == null && now.permissions() == null;
  }

  /** Who a call is on behalf of, or why it is refused. */
  public sealed interface Verdict {}

  /** A verdict in the caller's favour; empty: nobody asked who it is. */
  public record Allowed(Optional<String> principal) implements Verdict {}

  /** The other one. */
  public record Denied(Denial denial) implements Verdict {}

  /** Judges a call, by what holds now. */
  public Verdict judge(Shown shown, List<Need> needs) {
    Rules now = rules;
    if (isOpen()) {
      return new Allowed(Optional.empty());
    }
    // A token is of this call and a certificate of its connection, so the token counts if there is
    // one, and if it is bad, no certificate makes up for it.
    Tokens tokens = now.tokens();
    Optional<TokenDigest> token = tokens == null ? Optional.empty() : shown.token();
    Optional<Identity> known =
        tokens != null && token.isPresent() ? tokens.owner(token.get()) : shown.certificate();
    if (known.isEmpty()) {
      return unauthenticated(
          shown.token().isPresent()
              ? "the token is not, or no longer, known here"
              : "the call shows neither a token nor a certificate");
    }
    Identity caller = known.get();
    if (!clock.instant().isBefore(caller.until())) {
      return unauthenticated(
          (token.isPresent() ? "the token of " : "the certificate of ")
              + caller.principal()
              + " expired at "
              + caller.until());
    }
    return judge(now.permissions(), caller.principal(), shown.origin(), needs);
  }

  private static Verdict judge(
      @Nullable Permissions permissions, String caller, Optional<String> origin, List<Need> needs) {
    if (permissions == null) {
      return new Allowed(Optional.of(origin.orElse(caller)));
    }
    if (origin.isPresent() && !permissions.isNode(caller)) {
      return new Denied(new Denial.Forbidden(caller, new Need.BeNode()));
    }
    return check(permissions, origin.orElse(caller), needs);
  }

  private static Verdict check(Permissions permissions, String principal, List<Need> needs) {
    if (permissions.isNode(principal)) {
      return new Allowed(Optional.of(principal));
    }
    for (Need need : needs) {
      if (!permissions.allow(principal, need)) {
        return new Denied(new Denial.Forbidden(principal, need));
      }
    }
    return new Allowed(Optional.of(principal));
  }

  /** Whether this principal may know of a topic; nobody in particular may. */
  public boolean sees(Optional<String> principal, String topic) {
    Permissions permissions = rules.permissions();
    return permissions == null
        || principal.isEmpty()
        || permissions.isNode(principal.get())
        || permissions.allow(principal.get(), new Need.See(topic));
  }

  private static Verdict unauthenticated(String why) {
    return new Denied(new Denial.Unauthenticated(why));
  }
}
