package io.millrace.gpu.tokenize;

import io.millrace.core.engine.ModelInfo;
import io.millrace.core.engine.PromptEncoder;
import io.millrace.core.request.FailureCode;
import io.millrace.core.request.InvalidRequestException;
import io.millrace.core.request.Message;
import io.millrace.core.request.Prompt;
import io.millrace.gpu.model.ModelDirectory;
import io.millrace.gpu.model.SpecialTokens;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Prompts for a model on disk: its chat template and its tokenizer.
 *
 * <p>In messages, the text of a control token stays text, see {@link ControlText}. A raw prompt is
 * the client's own and taken as it stands, control tokens included; the token that begins a text is
 * put in front only if the model's tokenizer says so.
 */
public final class ModelPromptEncoder implements PromptEncoder {

    /** No tokenizer makes fewer tokens of a text than this share of the fewest possible. */
    private static final long LENGTH_MARGIN = 4;

    private final ModelInfo model;
    private final Tokenizer tokenizer;
    private final Optional<ChatTemplate> template;
    private final Optional<String> beginning;
    private final ControlText controlText;

    /**
     * Takes over the tokenizer and closes it with itself.
     *
     * @param template empty if the model has none
     * @param beginning the token that stands before every raw prompt; empty for none
     */
    ModelPromptEncoder(
            ModelInfo model,
            Tokenizer tokenizer,
            Optional<ChatTemplate> template,
            Optional<String> beginning) {
        this.model = model;
        this.tokenizer = tokenizer;
        this.template = template;
        this.beginning = beginning;
        this.controlText = new ControlText(tokenizer.specialTexts());
    }

    /** Opens encoders of the model at a path, wherever the factory is carried. */
    public static Factory factory(String modelPath) {
        return new OfModel(modelPath);
    }

    private record OfModel(String modelPath) implements Factory {
        @Override
        public PromptEncoder open() {
            return ModelPromptEncoder.open(
                    ModelDirectory.open(Path.of(modelPath)), InstantSource.system());
        }
    }

    /**
     * Opens an encoder of a model.
     *
     * @param clock for templates that write the date
     * @throws IllegalStateException if tokenizer or template cannot be used, naming file and reason
     */
    public static ModelPromptEncoder open(ModelDirectory model, InstantSource clock) {
        Map<String, String> tokens = tokens(model.specialTokens());
        Optional<ChatTemplate> template =
                model.chatTemplate().map(source -> ChatTemplate.of(source, tokens, clock));
        Tokenizer tokenizer = Tokenizer.open(model.tokenizerJson());
        Optional<String> beginning =
                BeginningOfText.of(model.tokenizerJson(), model.specialTokens().bos());
        return new ModelPromptEncoder(model.info(), tokenizer, template, beginning);
    }

    private static Map<String, String> tokens(SpecialTokens special) {
        Map<String, String> tokens = new HashMap<>();
        Optional.ofNullable(special.bos()).ifPresent(text -> tokens.put("bos_token", text));
        Optional.ofNullable(special.eos()).ifPresent(text -> tokens.put("eos_token", text));
        Optional.ofNullable(special.pad()).ifPresent(text -> tokens.put("pad_token", text));
        return tokens;
    }

    @Override
    public ModelInfo model() {
        return model;
    }

    @Override
    public int[] encode(Prompt prompt) {
        if (prompt instanceof Prompt.Tokens tokens) {
            return checked(tokens.ids());
        }
        int[] ids =
                prompt instanceof Prompt.Chat chat
                        ? encode(chat.messages())
                        : encodeRaw(((Prompt.Text) prompt).text());
        if (ids.length == 0) {
            throw new InvalidRequestException(
                    FailureCode.INVALID_REQUEST,
                    "prompt: no tokens (expected: text that the model's vocabulary can write)");
        }
        return ids;
    }

    private int[] checked(int[] ids) {
        for (int i = 0; i < ids.length; i++) {
            if (ids[i] < 0 || ids[i] >= model.vocabularySize()) {
                throw new InvalidRequestException(
                        FailureCode.INVALID_REQUEST,
                        "token_ids[%d]: %d (expected: 0 to %d)"
                                .formatted(i, ids[i], model.vocabularySize() - 1));
            }
        }
        return ids;
    }

    private int[] encode(List<Message> messages) {
        if (template.isEmpty()) {
            throw new InvalidRequestException(
                    FailureCode.UNSUPPORTED,
                    "messages: the model has no chat template (expected: prompt or token_ids)");
        }
        ControlText.Marked marked = controlText.mark(messages);
        String text = template.get().render(marked.messages());
        requirePossible("messages", text);
        if (text.indexOf(marked.mark()) < 0) {
            return tokenizer.encode(text);
        }
        String[] parts = text.split(Pattern.quote(String.valueOf(marked.mark())), -1);
        return Arrays.stream(parts).map(tokenizer::encode).flatMapToInt(Arrays::stream).toArray();
    }

    private int[] encodeRaw(String text) {
        requirePossible("prompt", text);
        boolean added = beginning.isPresent() && !text.startsWith(beginning.get());
        return tokenizer.encode(added ? beginning.get() + text : text);
    }

    /** Spares the tokenizer a text that is too long however few tokens it may be. */
    private void requirePossible(String field, String text) {
        long most = LENGTH_MARGIN * model.contextLength() * tokenizer.longestToken();
        if (text.length() > most) {
            throw new InvalidRequestException(
                    FailureCode.PROMPT_TOO_LONG,
                    "%s: %d characters (expected: at most %d tokens)"
                            .formatted(field, text.length(), model.contextLength()));
        }
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
