package dev.arpeggio.client.testing;

import dev.arpeggio.client.Arpeggio;
import dev.arpeggio.client.ClientOptions;
import dev.arpeggio.client.contract.AdministrationContract;
import dev.arpeggio.client.contract.GrowthContract;
import dev.arpeggio.client.contract.Playground;
import dev.arpeggio.client.contract.PublishingContract;
import dev.arpeggio.client.contract.RedeliveryContract;
import dev.arpeggio.client.contract.RequestContract;
import dev.arpeggio.client.contract.SubscriptionContract;
import dev.arpeggio.client.contract.TopicsContract;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** The broker in memory does what real nodes do: these are the tests that they pass, too. */
@TestInstance(Lifecycle.PER_CLASS)
class InMemoryBrokerContractTest implements Playground {
  private final InMemoryBroker broker = InMemoryBroker.start();

  @AfterAll
  void stop() {
    broker.close();
  }

  @Override
  public Arpeggio connect(ClientOptions options) {
    return broker.connect(options);
  }

  @Override
  public void pass(Duration time) {
    broker.advance(time);
  }

  @Nested
  class Administration extends AdministrationContract {
    @Override
    protected Playground playground() {
      return InMemoryBrokerContractTest.this;
    }
  }

  @Nested
  class Growth extends GrowthContract {
    @Override
    protected Playground playground() {
      return InMemoryBrokerContractTest.this;
    }
  }

  @Nested
  class Publishing extends PublishingContract {
    @Override
    protected Playground playground() {
      return InMemoryBrokerContractTest.this;
    }
  }

  @Nested
  class Redelivery extends RedeliveryContract {
    @Override
    protected Playground playground() {
      return InMemoryBrokerContractTest.this;
    }
  }

  @Nested
  class Subscriptions extends SubscriptionContract {
    @Override
    protected Playground playground() {
      return InMemoryBrokerContractTest.this;
    }
  }

  @Nested
  class SeveralTopics extends TopicsContract {
    @Override
    protected Playground playground() {
      return InMemoryBrokerContractTest.this;
    }
  }

  @Nested
  class Requests extends RequestContract {
    @Override
    protected Playground playground() {
      return InMemoryBrokerContractTest.this;
    }
  }
}
