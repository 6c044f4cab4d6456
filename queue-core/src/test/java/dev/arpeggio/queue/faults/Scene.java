package dev.arpeggio.queue.faults;

import dev.arpeggio.ensemble.Ensemble;
import dev.arpeggio.ensemble.EnsembleServer;
import dev.arpeggio.ensemble.TcpProxy;
import dev.arpeggio.queue.RealNode;
import dev.arpeggio.queue.zookeeper.Sessions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Servers and traffic that faults befall, until they are healed. */
final class Scene {
  private static final int MAX_DELAY_MILLIS = 200;

  private final Ensemble ensemble;
  private final Traffic traffic;
  private final Random random;

  Scene(Ensemble ensemble, Traffic traffic, Random random) {
    this.ensemble = ensemble;
    this.traffic = traffic;
    this.random = random;
  }

  void strike(Fault fault) throws Exception {
    switch (fault) {
      case KILL_LEADER -> ensemble.leader().ifPresent(EnsembleServer::kill);
      case KILL_FOLLOWER -> ensemble.follower().ifPresent(EnsembleServer::kill);
      case KILL_CONNECTED -> connected().ifPresent(EnsembleServer::kill);
      case PAUSE_LEADER -> ensemble.leader().ifPresent(EnsembleServer::pause);
      case PAUSE_CONNECTED -> connected().ifPresent(EnsembleServer::pause);
      case CUT -> route().each(TcpProxy::cut);
      case DELAY -> {
        var delay = Duration.ofMillis(1 + random.nextInt(MAX_DELAY_MILLIS));
        route().each(proxy -> proxy.delay(delay));
      }
      case HOLD_REQUESTS -> route().each(TcpProxy::holdToServer);
      case HOLD_ANSWERS -> route().each(TcpProxy::holdToClient);
      case HOLD -> route().each(TcpProxy::hold);
      case REFUSE -> route().each(TcpProxy::refuse);
      case EXPIRE_SESSION ->
          Sessions.expire(
              pick(traffic.nodes()).session,
              ensemble.connectString() + Traffic.CHROOT,
              RealNode.SESSION_TIMEOUT);
      case HAND_OVER -> traffic.handOverSoon();
      case RESTART_ONE_BY_ONE -> ensemble.restartOneByOne();
      case STOP_ALL -> ensemble.stopAll();
      case LOSE_QUORUM -> {
        ensemble.servers().get(0).kill();
        ensemble.servers().get(1 + random.nextInt(2)).kill();
      }
    }
  }

  /** Ends all faults, and waits until the servers serve. */
  void heal() throws Exception {
    traffic.routes().forEach(route -> route.each(TcpProxy::heal));
    ensemble.startAll();
    ensemble.awaitServing();
  }

  private Route route() {
    return pick(traffic.routes());
  }

  private Optional<EnsembleServer> connected() {
    int index = route().connectedTo();
    List<EnsembleServer> servers = ensemble.servers();
    return index < 0 ? Optional.empty() : Optional.of(servers.get(index));
  }

  private <T> T pick(List<T> from) {
    return from.get(random.nextInt(from.size()));
  }
}
