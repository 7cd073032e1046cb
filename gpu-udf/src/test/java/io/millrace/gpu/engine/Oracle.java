package io.millrace.gpu.engine;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/** Reference outputs of another implementation in float32, see the resource's README. */
record Oracle(List<Case> cases) {

    /** One prompt and its greedy continuation. */
    record Case(String name, int[] prompt, int[] greedy, double[] margins, List<Best> best) {

        /** How many tokens must agree for a format that keeps margins of so much. */
        int certain(double margin) {
            int certain = 0;
            while (certain < margins.length && margins[certain] >= margin) {
                certain++;
            }
            return certain;
        }
    }

    /** The best logits after some generated tokens. */
    record Best(int generated, int[] tokens, double[] logits) {}

    static Oracle of(String model) {
        ObjectMapper mapper =
                new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
        try (InputStream in = Oracle.class.getResourceAsStream("/oracle/" + model + ".json")) {
            List<Case> cases = new ArrayList<>();
            for (JsonNode node : mapper.readTree(in).get("cases")) {
                List<Best> best = new ArrayList<>();
                for (JsonNode top : node.get("top5")) {
                    best.add(
                            new Best(
                                    top.get("generated").asInt(),
                                    ints(mapper, top.get("token_ids")),
                                    doubles(mapper, top.get("logits"))));
                }
                cases.add(
                        new Case(
                                node.get("name").asText(),
                                ints(mapper, node.get("prompt_token_ids")),
                                ints(mapper, node.get("greedy_token_ids")),
                                doubles(mapper, node.get("greedy_margins")),
                                best));
            }
            return new Oracle(cases);
        } catch (IOException e) {
            throw new IllegalStateException(model, e);
        }
    }

    private static int[] ints(ObjectMapper mapper, JsonNode node) {
        return mapper.convertValue(node, new TypeReference<int[]>() {});
    }

    private static double[] doubles(ObjectMapper mapper, JsonNode node) {
        return mapper.convertValue(node, new TypeReference<double[]>() {});
    }
}
