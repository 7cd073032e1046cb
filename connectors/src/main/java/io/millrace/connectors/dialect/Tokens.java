package io.millrace.connectors.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.core.request.Prompt;

/** Reads prompts that are token ids already. */
final class Tokens {

    private Tokens() {}

    static Prompt.Tokens prompt(JsonNode list, String path) {
        if (!list.isArray()) {
            throw Refusals.invalid(path, list, "a list of token ids");
        }
        int[] ids = new int[list.size()];
        for (int i = 0; i < ids.length; i++) {
            JsonNode id = list.path(i);
            // Long lists: the path is only spelled out for an id that is wrong.
            ids[i] = id.isInt() ? id.intValue() : Fields.intOf(id, "%s[%d]".formatted(path, i));
        }
        return new Prompt.Tokens(ids);
    }
}
