package io.millrace.gateway;

import static java.net.http.HttpResponse.BodyHandlers.ofString;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.linecorp.armeria.common.TlsKeyPair;
import io.millrace.core.request.Submission;
import io.millrace.gateway.access.ApiKey;
import io.millrace.gateway.access.ApiKeys;
import io.millrace.gateway.access.KeyRing;
import io.millrace.gateway.access.KeysFile;
import io.millrace.gateway.access.Limits;
import io.millrace.gateway.batches.KafkaLink;
import io.millrace.gateway.results.LocalResultFiles;
import io.millrace.wire.SubmissionHeaders;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A gateway as it stands in the open: TLS, keys of a file, no tokenizer. */
class SecureGatewayITCase {

    private static final String BATCHES = "/v1/messages/batches";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @RegisterExtension static final TestBroker BROKER = new TestBroker();

    @TempDir private static Path folder;

    private static KafkaLink link;
    private static Path keysFile;
    private static String key;
    private static GatewaySettings.Tls tls;
    private static HttpClient client;
    private static GatewayServer gateway;

    @BeforeAll
    static void start() throws Exception {
        link = BROKER.newTopics();
        keysFile = folder.resolve("keys.json");
        key = add("alice", 2.5);
        TlsKeyPair pair = TlsKeyPair.ofSelfSigned("localhost");
        tls = write("server", pair, pair);
        client = HttpClient.newBuilder().sslContext(trusting(pair)).build();
        gateway = open(link, tls);
        Awaitility.await().atMost(PATIENCE).until(gateway::ready);
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    private static String add(String name, double weight) throws Exception {
        ApiKey meaning = new ApiKey(name, "w", weight, Limits.DEFAULT);
        return KeysFile.add(keysFile, meaning, new SecureRandom());
    }

    private static GatewaySettings.Tls write(String name, TlsKeyPair certified, TlsKeyPair keyed)
            throws Exception {
        return new GatewaySettings.Tls(
                pem(name + ".crt", "CERTIFICATE", certified.certificateChain().get(0).getEncoded()),
                pem(name + ".key", "PRIVATE KEY", keyed.privateKey().getEncoded()));
    }

    private static Path pem(String name, String label, byte[] content) throws IOException {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        return Files.writeString(
                folder.resolve(name),
                "-----BEGIN %1$s-----%n%2$s%n-----END %1$s-----%n".formatted(label, text));
    }

    private static SSLContext trusting(TlsKeyPair pair) throws Exception {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        store.setCertificateEntry("gateway", pair.certificateChain().get(0));
        TrustManagerFactory trust =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    private static GatewayServer open(KafkaLink link, GatewaySettings.Tls files) throws Exception {
        return GatewayServer.start(
                GatewaySettings.of(
                        new GatewaySettings.Listen("localhost", 0, null, files),
                        link,
                        new GatewaySettings.Folders(
                                new LocalResultFiles(folder.resolve("results")),
                                folder.resolve("uploads"),
                                folder.resolve("spool")),
                        KeyRing.following(keysFile, ApiKeys.none()),
                        List.of(),
                        null),
                InstantSource.system());
    }

    private static HttpResponse<String> send(String path, String with, @Nullable String body)
            throws Exception {
        HttpRequest.Builder call =
                HttpRequest.newBuilder(gateway.address().resolve(path)).header("x-api-key", with);
        return client.send(
                (body == null ? call : call.POST(BodyPublishers.ofString(body))).build(),
                ofString());
    }

    @Test
    void itSpeaksHttpsOnly() throws Exception {
        assertThat(gateway.address().getScheme()).isEqualTo("https");
        assertThat(send(BATCHES, key, null).statusCode()).isEqualTo(200);
        assertThat(send(BATCHES, "not-a-known-key", null).statusCode()).isEqualTo(401);

        URI plain = URI.create("http://localhost:" + gateway.address().getPort() + "/healthz");
        assertThatThrownBy(() -> client.send(HttpRequest.newBuilder(plain).build(), ofString()))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(
                        () ->
                                HttpClient.newHttpClient()
                                        .send(
                                                HttpRequest.newBuilder(gateway.address()).build(),
                                                ofString()))
                .as("nobody else trusts the certificate")
                .isInstanceOf(IOException.class);
    }

    @Test
    void filesForTlsThatAreNoneAreRefusedByName() throws Exception {
        TlsKeyPair other = TlsKeyPair.ofSelfSigned("localhost");
        Path garbage = Files.writeString(folder.resolve("garbage.pem"), "secret");
        KafkaLink nowhere = KafkaLink.of("localhost:1");

        assertThatThrownBy(() -> open(nowhere, new GatewaySettings.Tls(garbage, tls.key())).close())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("garbage.pem")
                .hasMessageNotContaining("secret");
        assertThatThrownBy(
                        () ->
                                open(nowhere, new GatewaySettings.Tls(tls.certificates(), garbage))
                                        .close())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("garbage.pem");
        assertThatThrownBy(
                        () ->
                                open(
                                                nowhere,
                                                new GatewaySettings.Tls(
                                                        folder.resolve("none.crt"), tls.key()))
                                        .close())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("none.crt");
        assertThatThrownBy(
                        () ->
                                open(nowhere, write("other", TlsKeyPair.ofSelfSigned("x"), other))
                                        .close())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("other.key")
                .hasMessageContaining("the key of the first certificate");
    }

    @Test
    void keysFollowTheirFileWhileItRuns() throws Exception {
        String added = add("bob", 1);
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> send(BATCHES, added, null).statusCode() == 200);

        String good = Files.readString(keysFile);
        Files.writeString(keysFile, "{");
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> metrics().contains("millrace_gateway_keys_stale 1.0"));
        // A file that is half written may have been looked at before.
        assertThat(metrics()).containsPattern("millrace_gateway_keys_refused_total [1-9]");
        assertThat(send(BATCHES, added, null).statusCode()).isEqualTo(200);

        Files.writeString(keysFile, good);
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> metrics().contains("millrace_gateway_keys_stale 0.0"));
    }

    private static String metrics() throws Exception {
        return send("/metrics", key, null).body();
    }

    @Test
    void theJobLearnsTheWeightFromTheGatewayAlone() throws Exception {
        String body =
                "{\"requests\":[{\"custom_id\":\"heavy\",\"params\":{\"model\":\"m\",\"weight\":900}}]}";

        assertThat(send(BATCHES, key, body).statusCode()).isEqualTo(200);

        assertThat(TestBroker.committed(link, link.requestsTopic()))
                .extracting(request -> SubmissionHeaders.read(request.key(), request.headers()))
                .map(Objects::requireNonNull)
                .extracting(Submission::id, Submission::tenant, Submission::weight)
                .contains(tuple("heavy", "w", 2.5));
    }

    @Test
    void withoutATokenizerItSaysWhatToSet() throws Exception {
        HttpResponse<String> answer =
                send("/v1/messages/count_tokens", key, "{\"model\":\"m\",\"messages\":[]}");

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.body()).contains("not_found_error").contains("--model");
    }
}
