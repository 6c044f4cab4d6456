package dev.arpeggio.chord.sample;

import dev.arpeggio.chord.ChordConfig;
import dev.arpeggio.chord.ChordNode;
import dev.arpeggio.chord.IdSpace;
import dev.arpeggio.chord.LookupCallback;
import dev.arpeggio.chord.LookupException;
import dev.arpeggio.chord.LookupResult;
import dev.arpeggio.chord.Peer;
import dev.arpeggio.chord.RingId;
import dev.arpeggio.chord.RingListener;
import dev.arpeggio.chord.RingView;
import dev.arpeggio.chord.driver.ThreadEventLoop;
import dev.arpeggio.chord.transport.RingTransport;
import dev.arpeggio.chord.transport.local.LocalRingTransportProvider;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/** Three nodes in one process, and the owner of a key. */
final class RingOfThree {
  private RingOfThree() {}

  static CompletableFuture<Peer> ownerOf(String key) throws IOException, InterruptedException {
    CompletableFuture<Peer> owner = new CompletableFuture<>();
    // docs/chord.md: begin
    ThreadEventLoop loop = new ThreadEventLoop("ring");
    LocalRingTransportProvider network = new LocalRingTransportProvider();
    List<ChordNode> nodes = new ArrayList<>();
    CountDownLatch whole = new CountDownLatch(1);
    RingListener listener =
        new RingListener() {
          @Override
          public void viewChanged(RingView view) {
            if (nodes.stream().allMatch(node -> node.view().successors().size() == 2)) {
              whole.countDown();
            }
          }
        };
    for (String address : List.of("local://a", "local://b", "local://c")) {
      RingTransport transport = network.open(URI.create(address), loop);
      Peer self = Peer.at(IdSpace.DEFAULT, address);
      Random random = new Random(address.hashCode());
      ChordConfig config = ChordConfig.local();
      nodes.add(new ChordNode(IdSpace.DEFAULT, self, config, loop, transport, random, listener));
    }
    nodes.forEach(node -> loop.execute(() -> node.start(List.of("local://a"))));
    whole.await();
    RingId id = IdSpace.DEFAULT.hash(key);
    loop.execute(() -> nodes.get(2).lookup(id, completing(owner)));
    // docs/chord.md: end
    return owner;
  }

  private static LookupCallback completing(CompletableFuture<Peer> owner) {
    return new LookupCallback() {
      @Override
      public void succeeded(LookupResult result) {
        owner.complete(result.owner());
      }

      @Override
      public void failed(LookupException failure) {
        owner.completeExceptionally(failure);
      }
    };
  }
}
