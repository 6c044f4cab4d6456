package dev.arpeggio.client;

import static dev.arpeggio.client.Eventually.failureOf;
import static dev.arpeggio.client.Eventually.resultOf;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.arpeggio.protocol.v1.LocateTopicRequest;
import dev.arpeggio.protocol.v1.LocateTopicResponse;
import dev.arpeggio.protocol.v1.TopicsGrpc;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class GrpcNetworkTest {
  @Test
  void aNodeThatIsBackAnswersTheNextCall() {
    try (ScriptedCluster cluster = ScriptedCluster.ofNodes(1).withTopic("t", 1);
        LoopThread loop = new LoopThread(defect -> {})) {
      ScriptedNode node = cluster.node(0);
      GrpcNetwork network =
          new GrpcNetwork(loop, Eventually.BOUND, new ChannelSecurity(ClientSecurity.NONE));
      node.stop();
      for (int attempt = 0; attempt < 3; attempt++) {
        assertEquals(Reason.UNREACHABLE, failureOf(locate(loop, network, node.address())).reason());
      }
      node.start();
      LocateTopicResponse response = resultOf(locate(loop, network, node.address()));
      assertEquals(node.address(), response.getPartitions(0).getOwner());
      loop.execute(network::close);
    }
  }

  private static CompletableFuture<LocateTopicResponse> locate(
      LoopThread loop, GrpcNetwork network, String address) {
    CompletableFuture<LocateTopicResponse> result = new CompletableFuture<>();
    LocateTopicRequest request = LocateTopicRequest.newBuilder().setTopic("t").build();
    loop.execute(
        () ->
            network.call(
                address,
                TopicsGrpc.getLocateTopicMethod(),
                request,
                Eventually.BOUND,
                new Network.Reply<>() {
                  @Override
                  public void answered(LocateTopicResponse response) {
                    result.complete(response);
                  }

                  @Override
                  public void failed(ArpeggioException failure) {
                    result.completeExceptionally(failure);
                  }
                }));
    return result;
  }
}
