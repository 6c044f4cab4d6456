package dev.arpeggio.queue;

import java.time.Duration;

/** A publisher of which nobody has to know whether it lives. */
record FreePublisher(PublisherSpec spec, Qos qos) implements PublisherHandle {
  @Override
  public Duration lease() {
    return Duration.ZERO;
  }

  @Override
  public void alive() {}

  @Override
  public void changeStrength(int strength) throws QueueException {
    QosRules.checkPublisher(spec.withStrength(strength), qos);
  }

  @Override
  public void close() {}
}
