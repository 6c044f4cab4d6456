package dev.arpeggio.node;

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
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** Real nodes do what the broker in memory does: these are the tests that it passes, too. */
@TestInstance(Lifecycle.PER_CLASS)
class ClientContractTest implements Playground {
  private TestCluster cluster;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    cluster = new TestCluster(directory).start(2).untilIdeal();
  }

  @AfterAll
  void stop() throws Exception {
    cluster.close();
  }

  @Override
  public Arpeggio connect(ClientOptions options) {
    return Arpeggio.connect(String.join(",", cluster.addresses()), options);
  }

  @Override
  public void pass(Duration time) {
    // It does by itself, and tests wait for what comes of it.
  }

  @Nested
  class Administration extends AdministrationContract {
    @Override
    protected Playground playground() {
      return ClientContractTest.this;
    }
  }

  @Nested
  class Growth extends GrowthContract {
    @Override
    protected Playground playground() {
      return ClientContractTest.this;
    }
  }

  @Nested
  class Publishing extends PublishingContract {
    @Override
    protected Playground playground() {
      return ClientContractTest.this;
    }
  }

  @Nested
  class Redelivery extends RedeliveryContract {
    @Override
    protected Playground playground() {
      return ClientContractTest.this;
    }
  }

  @Nested
  class Requests extends RequestContract {
    @Override
    protected Playground playground() {
      return ClientContractTest.this;
    }
  }

  @Nested
  class SeveralTopics extends TopicsContract {
    @Override
    protected Playground playground() {
      return ClientContractTest.this;
    }
  }

  @Nested
  class Subscriptions extends SubscriptionContract {
    @Override
    protected Playground playground() {
      return ClientContractTest.this;
    }
  }
}
