package io.millrace.operators.admit;

import io.millrace.core.engine.ModelInfo;
import io.millrace.core.engine.PromptEncoder;
import io.millrace.core.request.FailureCode;
import io.millrace.core.request.InvalidRequestException;
import io.millrace.core.request.Prompt;
import java.util.concurrent.atomic.AtomicBoolean;

/** A token per character; some words make trouble. */
final class CharacterEncoder implements PromptEncoder {

    static final int CONTEXT = 16;
    static final int VOCABULARY = 128;
    static final AtomicBoolean LAST_CLOSED = new AtomicBoolean();

    CharacterEncoder() {
        LAST_CLOSED.set(false);
    }

    @Override
    public ModelInfo model() {
        return new ModelInfo("model", CONTEXT, VOCABULARY);
    }

    @Override
    public int[] encode(Prompt prompt) {
        if (prompt instanceof Prompt.Tokens tokens) {
            return tokens.ids();
        }
        String text = ((Prompt.Text) prompt).text();
        return switch (text) {
            case "refuse" ->
                    throw new InvalidRequestException(
                            FailureCode.INVALID_REQUEST, "messages: no (expected: yes)");
            case "break" -> throw new IllegalArgumentException("broken template");
            case "overflow" -> throw new StackOverflowError();
            case "nothing" -> new int[0];
            default -> text.chars().toArray();
        };
    }

    @Override
    public void close() {
        LAST_CLOSED.set(true);
    }
}
