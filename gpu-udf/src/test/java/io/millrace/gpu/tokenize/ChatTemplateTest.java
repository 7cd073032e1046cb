package io.millrace.gpu.tokenize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.core.request.FailureCode;
import io.millrace.core.request.InvalidRequestException;
import io.millrace.core.request.Message;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class ChatTemplateTest {

    private static final InstantSource CLOCK = InstantSource.fixed(Instant.EPOCH);
    private static final Map<String, String> TOKENS =
            Map.of("bos_token", "<s>", "eos_token", "</s>");

    @TestFactory
    Stream<DynamicTest> rendersTheTemplatesOfManyFamiliesAsPythonDoes() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        for (JsonNode golden : new ObjectMapper().readTree(resource("cases.json"))) {
            String template = golden.path("template").textValue();
            tests.add(
                    DynamicTest.dynamicTest(
                            template + ": " + golden.path("name").textValue(),
                            () -> check(golden, resource(template))));
        }
        return tests.stream();
    }

    private static void check(JsonNode golden, String source) {
        ChatTemplate template = ChatTemplate.of(source, TOKENS, CLOCK);
        List<Message> messages = new ArrayList<>();
        for (JsonNode message : golden.path("messages")) {
            messages.add(
                    new Message(
                            message.path("role").textValue(), message.path("content").textValue()));
        }
        if (golden.has("rendered")) {
            assertThat(template.render(messages)).isEqualTo(golden.path("rendered").textValue());
        } else {
            assertThatExceptionOfType(InvalidRequestException.class)
                    .isThrownBy(() -> template.render(messages))
                    .withMessageContaining(golden.path("error").textValue());
        }
    }

    @Test
    void phrasesARefusalForTheClient() {
        ChatTemplate template =
                ChatTemplate.of("{{ raise_exception('no such role') }}", TOKENS, CLOCK);

        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> template.render(List.of(new Message("user", "Hi"))))
                .withMessage(
                        "messages: no such role (expected: a conversation that the model's chat"
                                + " template accepts)")
                .matches(e -> e.failure().code() == FailureCode.INVALID_REQUEST);
    }

    @Test
    void givesMessagesTheirFieldsInPythonsOrder() {
        ChatTemplate template = ChatTemplate.of("{{ messages[0] | tojson }}", TOKENS, CLOCK);

        assertThat(template.render(List.of(new Message("user", "Hi"))))
                .isEqualTo("{\"role\": \"user\", \"content\": \"Hi\"}");
    }

    @Test
    void refusesATemplateThatIsNoneWhenItIsOpened() {
        assertThatIllegalStateException()
                .isThrownBy(() -> ChatTemplate.of("{% if %}", TOKENS, CLOCK))
                .withMessageStartingWith("chat_template: line 1: ");
    }

    private static String resource(String name) throws IOException {
        try (InputStream stream =
                Objects.requireNonNull(
                        ChatTemplateTest.class.getResourceAsStream("/templates/" + name))) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
