package io.millrace.gpu.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.core.schedule.Sequence;
import io.millrace.core.speculate.TokenTree;
import io.millrace.gpu.draft.SpeculationSettings;
import io.millrace.gpu.program.WeightFormat;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * Draft heads against another implementation's outputs. A draft has log-probabilities and the
 * oracle logits: they differ by a constant, so distances to the best are compared.
 */
class HeadsOracleTest {

    private static final int BEST = 5;

    // More than are compared, so that the greedy chain is among what is expanded.
    private static final int BRANCHING = 8;

    private static final double LOGIT = 1e-2;

    @Test
    void tinyChatsHeadsAreTheOracles() throws IOException {
        assertHeads(
                TestModels.TINY_CHAT,
                Path.of("../models/tiny-chat-medusa"),
                Path.of("../models/tiny-chat-eagle"),
                "tiny-chat");
    }

    @Test
    void smolLm2sHeadsAreTheOracles() throws IOException {
        Optional<Path> model = TestModels.external("smollm2-135m-instruct");
        Optional<Path> medusa = TestModels.external("smollm2-135m-instruct-medusa");
        Optional<Path> eagle = TestModels.external("smollm2-135m-instruct-eagle");
        assumeTrue(
                model.isPresent() && medusa.isPresent() && eagle.isPresent(),
                "MILLRACE_MODELS does not point at SmolLM2 and its heads");
        assertHeads(
                model.orElseThrow(),
                medusa.orElseThrow(),
                eagle.orElseThrow(),
                "smollm2-135m-instruct");
    }

    private static void assertHeads(Path model, Path medusa, Path eagle, String name)
            throws IOException {
        JsonNode cases = cases(name);
        assertDrafts(model, "medusa", medusa, 3, BRANCHING, cases);
        assertDrafts(model, "eagle", eagle, 4, BRANCHING, cases);
        // The greedy chain need not be in a dynamic tree to its end.
        assertDrafts(model, "eagle", eagle, 4, 1, cases);
    }

    private static JsonNode cases(String name) throws IOException {
        try (InputStream in =
                HeadsOracleTest.class.getResourceAsStream("/oracle/" + name + "-heads.json")) {
            return new ObjectMapper().readTree(in).get("cases");
        }
    }

    private static void assertDrafts(
            Path path, String method, Path draft, int depth, int branching, JsonNode cases) {
        SpeculationSettings speculation =
                SpeculationSettings.of(method, draft.toString())
                        .withTree(depth, 255, branching)
                        .withPlanner(SpeculationSettings.Planner.FIXED);
        EngineSettings settings = TestModels.settings(path, WeightFormat.FP32, speculation);
        try (LoadedModel model = LoadedModel.load(settings)) {
            for (JsonNode oracle : cases) {
                TokenTree tree = draft(model, oracle);
                JsonNode steps = oracle.get(method.equals("medusa") ? "medusa" : "eagle_chain");
                assertThat(steps).hasSize(depth);
                int node = 0;
                int expanded = 0;
                while (expanded < depth && tree.childCount(node) > 0) {
                    String what = method + ", " + oracle.get("name") + ", step " + expanded;
                    assertChildren(what, tree, node, branching, steps.get(expanded));
                    node = tree.child(node, 0);
                    expanded++;
                }
                assertThat(expanded).as("%s", oracle.get("name")).isGreaterThanOrEqualTo(3);
                assertThat(branching > 1 || expanded == depth).isTrue();
            }
        }
    }

    private static void assertChildren(
            String what, TokenTree tree, int node, int branching, JsonNode oracle) {
        assertThat(tree.childCount(node)).as(what).isEqualTo(branching);
        double bestLogit = oracle.get("logits").get(0).asDouble();
        double best = tree.logProbability(tree.child(node, 0));
        for (int i = 0; i < Math.min(BEST, branching); i++) {
            int child = tree.childWithToken(node, oracle.get("token_ids").get(i).asInt());
            assertThat(child).as(what).isPositive();
            assertThat(tree.logProbability(child) - best)
                    .as(what)
                    .isCloseTo(oracle.get("logits").get(i).asDouble() - bestLogit, within(LOGIT));
        }
    }

    /** What is drafted after the prompt and the next token. */
    private static TokenTree draft(LoadedModel model, JsonNode oracle) {
        int[] prompt = new int[oracle.get("prompt_token_ids").size()];
        for (int i = 0; i < prompt.length; i++) {
            prompt[i] = oracle.get("prompt_token_ids").get(i).asInt();
        }
        Sequence sequence = Prefilled.of(model, oracle.get("name").asText(), prompt);
        return Prefilled.draft(model, sequence, oracle.get("next_token_id").asInt());
    }
}
