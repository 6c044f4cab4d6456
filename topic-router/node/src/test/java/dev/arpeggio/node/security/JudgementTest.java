package dev.arpeggio.node.security;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Who is let in, and what they may do then. */
class JudgementTest {
  private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");
  private static final String PERMISSIONS =
      """
      # principal  topics  actions
      shop         orders  publish
      shop         orders.eu.*  publish,consume
      billing      orders  consume
      ops          *       publish,consume,administer
      node-1       node
      """;

  private Instant now = NOON;
  private final InstantSource clock = () -> now;

  @Test
  void withoutAnyFileEverybodyMayDoEverything() {
    Access open = Access.open();
    assertTrue(open.isOpen());
    assertEquals(new Access.Allowed(Optional.empty()), open.judge(nobody(), publish("orders")));
  }

  @Test
  void withTokensAloneWhoeverIsKnownMayDoEverything() throws Exception {
    Access access = Access.of(Optional.of(tokens("shop")), Optional.empty(), clock);
    assertAllowed("shop", access.judge(showing("shop-token"), administer("orders")));
    assertUnauthenticated(access.judge(showing("other-token"), List.of()));
    assertUnauthenticated(access.judge(nobody(), List.of()));
  }

  @Test
  void whatIsNotNamedIsRefused() throws Exception {
    Access access = guarded();
    assertAllowed("shop", access.judge(certified("shop"), publish("orders")));
    assertForbidden(
        "shop", "consume", "orders", access.judge(certified("shop"), consume("orders")));
    assertForbidden("shop", "publish", "other", access.judge(certified("shop"), publish("other")));
    assertForbidden(
        "stranger", "publish", "orders", access.judge(certified("stranger"), publish("orders")));
    assertForbidden(
        "billing",
        "administer",
        "orders",
        access.judge(certified("billing"), administer("orders")));
  }

  @Test
  void aPatternEndsWithAStarOrIsAName() throws Exception {
    Access access = guarded();
    assertAllowed("shop", access.judge(certified("shop"), consume("orders.eu.paris")));
    assertForbidden(
        "shop", "consume", "orders.us", access.judge(certified("shop"), consume("orders.us")));
    assertForbidden(
        "billing",
        "consume",
        "orders.eu.",
        access.judge(certified("billing"), consume("orders.eu.")));
  }

  @Test
  void everywhereNeedsTheStar() throws Exception {
    List<Need> everywhere = List.of(new Need.Everywhere(Action.PUBLISH));
    assertAllowed("ops", guarded().judge(certified("ops"), everywhere));
    assertForbidden("shop", "publish", "*", guarded().judge(certified("shop"), everywhere));
  }

  @Test
  void allNeedsMustBeMet() throws Exception {
    List<Need> both =
        List.of(new Need.To(Action.PUBLISH, "orders"), new Need.To(Action.CONSUME, "orders"));
    assertForbidden("shop", "consume", "orders", guarded().judge(certified("shop"), both));
  }

  @Test
  void anyPermissionShowsATopicAndAnyLineTheCluster() throws Exception {
    Access access = guarded();
    List<Need> see = List.of(new Need.See("orders"));
    assertAllowed("billing", access.judge(certified("billing"), see));
    assertForbidden("stranger", "describe", "orders", access.judge(certified("stranger"), see));
    assertAllowed("billing", access.judge(certified("billing"), List.of(new Need.Enter())));
    assertForbidden(
        "stranger", "connect", "", access.judge(certified("stranger"), List.of(new Need.Enter())));
    assertTrue(access.sees(Optional.of("billing"), "orders"));
    assertFalse(access.sees(Optional.of("billing"), "orders.eu.paris"));
    assertTrue(access.sees(Optional.of("node-1"), "orders.eu.paris"));
  }

  @Test
  void aNodeMayDoEverythingAndNobodyElseIsOne() throws Exception {
    List<Need> ring = List.of(new Need.BeNode());
    assertAllowed("node-1", guarded().judge(certified("node-1"), ring));
    assertAllowed("node-1", guarded().judge(certified("node-1"), administer("orders")));
    assertForbidden("ops", "node", "", guarded().judge(certified("ops"), ring));
  }

  @Test
  void anOriginIsBelievedFromANodeOnlyAndCountsInsteadOfIt() throws Exception {
    Access access = guarded();
    assertAllowed("shop", access.judge(forwarded("node-1", "shop"), publish("orders")));
    assertForbidden(
        "shop", "consume", "orders", access.judge(forwarded("node-1", "shop"), consume("orders")));
    assertForbidden("shop", "node", "", access.judge(forwarded("shop", "ops"), consume("orders")));
    assertForbidden("ops", "node", "", access.judge(forwarded("ops", "shop"), publish("orders")));
  }

  @Test
  void aProofIsGoodUntilItExpires() throws Exception {
    Access access = guarded();
    now = NOON.plusSeconds(59);
    assertAllowed("shop", access.judge(showing("shop-token"), publish("orders")));
    assertAllowed("billing", access.judge(certified("billing"), consume("orders")));
    now = NOON.plusSeconds(60);
    assertUnauthenticated(access.judge(showing("shop-token"), publish("orders")));
    assertUnauthenticated(access.judge(certified("billing"), consume("orders")));
  }

  @Test
  void aBadTokenIsNotMadeUpForByACertificate() throws Exception {
    Shown both =
        new Shown(
            certified("ops").certificate(),
            Optional.of(TokenDigest.of("guessed")),
            Optional.empty());
    assertUnauthenticated(guarded().judge(both, publish("orders")));
  }

  @Test
  void whatIsReplacedCountsAtOnce() throws Exception {
    Access access = guarded();
    access.replace(Permissions.parse("shop orders consume".getBytes(UTF_8)));
    assertForbidden(
        "shop", "publish", "orders", access.judge(certified("shop"), publish("orders")));
    access.replace(Tokens.none());
    assertUnauthenticated(access.judge(showing("shop-token"), consume("orders")));
  }

  private Access guarded() throws BadFileException {
    return Access.of(
        Optional.of(tokens("shop")),
        Optional.of(Permissions.parse(PERMISSIONS.getBytes(UTF_8))),
        clock);
  }

  private static Tokens tokens(String principal) throws BadFileException {
    String line =
        principal + " " + TokenDigest.of(principal + "-token") + " " + NOON.plusSeconds(60);
    return Tokens.parse(line.getBytes(UTF_8));
  }

  private static Shown nobody() {
    return new Shown(Optional.empty(), Optional.empty(), Optional.empty());
  }

  private static Shown showing(String token) {
    return new Shown(Optional.empty(), Optional.of(TokenDigest.of(token)), Optional.empty());
  }

  private static Shown certified(String principal) {
    return new Shown(
        Optional.of(new Identity(principal, NOON.plusSeconds(60))),
        Optional.empty(),
        Optional.empty());
  }

  private static Shown forwarded(String by, String origin) {
    return new Shown(certified(by).certificate(), Optional.empty(), Optional.of(origin));
  }

  private static List<Need> publish(String topic) {
    return List.of(new Need.To(Action.PUBLISH, topic));
  }

  private static List<Need> consume(String topic) {
    return List.of(new Need.To(Action.CONSUME, topic));
  }

  private static List<Need> administer(String topic) {
    return List.of(new Need.To(Action.ADMINISTER, topic));
  }

  private static void assertAllowed(String principal, Access.Verdict verdict) {
    assertEquals(new Access.Allowed(Optional.of(principal)), verdict);
  }

  private static void assertForbidden(
      String principal, String action, String topic, Access.Verdict verdict) {
    if (verdict instanceof Access.Denied denied
        && denied.denial() instanceof Denial.Forbidden forbidden) {
      assertEquals(principal, forbidden.principal());
      assertEquals(action, forbidden.need().word());
      assertEquals(topic, forbidden.need().topic());
    } else {
      throw new AssertionError(verdict.toString());
    }
  }

  private static void assertUnauthenticated(Access.Verdict verdict) {
    assertTrue(
        verdict instanceof Access.Denied denied
            && denied.denial() instanceof Denial.Unauthenticated,
        verdict.toString());
  }
}
