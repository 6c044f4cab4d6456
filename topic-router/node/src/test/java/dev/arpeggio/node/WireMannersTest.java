package dev.arpeggio.node;

import static dev.arpeggio.node.Wire.channel;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.arpeggio.node.Wire.Answers;
import dev.arpeggio.protocol.v1.ClusterGrpc;
import dev.arpeggio.protocol.v1.DescribeNodeRequest;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.channelz.v1.ChannelzGrpc;
import io.grpc.channelz.v1.GetServersRequest;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What tools that know gRPC, and nothing of Arpeggio, find at a node. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WireMannersTest {
  private static final List<String> SERVICES =
      List.of(
          "arpeggio.v1.Queue",
          "arpeggio.v1.Topics",
          "arpeggio.v1.Subscriptions",
          "arpeggio.v1.Cluster",
          "arpeggio.chord.v1.Ring");

  private TestCluster cluster;
  private ManagedChannel node;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    cluster = new TestCluster(directory).start(1).untilIdeal();
    node = channel(cluster.addresses().get(0));
  }

  @AfterAll
  void stop() throws IOException {
    node.shutdownNow();
    cluster.close();
  }

  @Test
  void healthFollowsRealityAndReflectionListsTheServices() throws Exception {
    for (String service : SERVICES) {
      TestCluster.await(
          service + " that says it serves", () -> health(node, service) == ServingStatus.SERVING);
    }
    Answers<ServerReflectionResponse> answers = new Answers<>();
    StreamObserver<ServerReflectionRequest> requests =
        ServerReflectionGrpc.newStub(node).serverReflectionInfo(answers);
    requests.onNext(ServerReflectionRequest.newBuilder().setListServices("").build());
    List<String> services =
        answers.next().getListServicesResponse().getServiceList().stream()
            .map(service -> service.getName())
            .toList();
    requests.onNext(
        ServerReflectionRequest.newBuilder()
            .setFileContainingSymbol("arpeggio.v1.Queue.Send")
            .build());
    assertTrue(answers.next().hasFileDescriptorResponse());
    requests.onCompleted();
    assertTrue(services.containsAll(SERVICES), services.toString());
  }

  @Test
  void aNodeThatDrainsSaysSoWhileItStillAnswers() throws Exception {
    ArpeggioNode leaving = cluster.add();
    ManagedChannel channel = channel(leaving.address());
    try {
      TestCluster.await("a node that serves", () -> health(channel, "") == ServingStatus.SERVING);
      leaving.drain();
      assertEquals(ServingStatus.NOT_SERVING, health(channel, ""));
      SERVICES.forEach(
          service -> assertEquals(ServingStatus.NOT_SERVING, health(channel, service), service));
    } finally {
      channel.shutdownNow();
      cluster.crash(leaving);
    }
  }

  @Test
  void channelzTellsOfTheServerAndItsCalls() {
    describe(node);
    assertTrue(
        ChannelzGrpc.newBlockingStub(node)
            .getServers(GetServersRequest.getDefaultInstance())
            .getServerList()
            .stream()
            .anyMatch(server -> server.getData().getCallsSucceeded() > 0));
  }

  @Test
  void metadataBeyondItsBoundIsRefusedAndTheNodeGoesOn() {
    Metadata much = new Metadata();
    much.put(Metadata.Key.of("much", Metadata.ASCII_STRING_MARSHALLER), "x".repeat(20_000));
    ManagedChannel apart = channel(cluster.addresses().get(0));
    try {
      ClusterGrpc.ClusterBlockingStub stub =
          ClusterGrpc.newBlockingStub(apart)
              .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(much));
      assertThrows(
          StatusRuntimeException.class,
          () -> stub.describeNode(DescribeNodeRequest.getDefaultInstance()));
    } finally {
      apart.shutdownNow();
    }
    describe(node);
  }

  private static void describe(ManagedChannel channel) {
    assertTrue(
        ClusterGrpc.newBlockingStub(channel)
            .describeNode(DescribeNodeRequest.getDefaultInstance())
            .getZookeeperConnected());
  }

  private static ServingStatus health(ManagedChannel channel, String service) {
    return HealthGrpc.newBlockingStub(channel)
        .check(HealthCheckRequest.newBuilder().setService(service).build())
        .getStatus();
  }
}
