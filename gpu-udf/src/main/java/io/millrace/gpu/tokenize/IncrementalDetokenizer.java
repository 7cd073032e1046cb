package io.millrace.gpu.tokenize;

/**
 * The text of an answer as its tokens arrive. What is returned is final: never half a character,
 * and the pieces put together are exactly what decoding all tokens at once gives. The cost of a
 * token is its own bytes. Special tokens have no text.
 *
 * <p>A generation that was interrupted goes on with a new detokenizer that is given the saved
 * tokens first. Used by one thread; needs its {@link Tokenizer} only to be made.
 */
public final class IncrementalDetokenizer {

    private final TokenTable tokens;
    private final Utf8Decoder decoder = new Utf8Decoder();
    private final StringBuilder delta = new StringBuilder();
    private int spacesToStrip;
    private boolean finished;

    IncrementalDetokenizer(TokenTable tokens) {
        this.tokens = tokens;
        this.spacesToStrip = tokens.strippedSpaces();
    }

    /** Adds a token and returns the text that is complete with it, often empty. */
    public String append(int token) {
        requireOpen();
        add(token);
        return take();
    }

    /** Adds tokens and returns the text that is complete with them. */
    public String append(int[] more) {
        return append(more, 0, more.length);
    }

    /** Adds {@code more[from]} to {@code more[to - 1]}. */
    public String append(int[] more, int from, int to) {
        requireOpen();
        for (int i = from; i < to; i++) {
            add(more[i]);
        }
        return take();
    }

    /** Ends the text: returns what was held back, U+FFFD for a character that is not complete. */
    public String finish() {
        requireOpen();
        finished = true;
        decoder.flush(delta);
        return take();
    }

    private void add(int token) {
        if (tokens.isSpecial(token)) {
            return;
        }
        int length = tokens.length(token);
        for (int i = 0; i < length; i++) {
            byte next = tokens.byteAt(token, i);
            if (spacesToStrip > 0) {
                if (next == ' ') {
                    spacesToStrip--;
                    continue;
                }
                spacesToStrip = 0;
            }
            decoder.decode(next, delta);
        }
    }

    private String take() {
        String text = delta.toString();
        delta.setLength(0);
        return text;
    }

    private void requireOpen() {
        if (finished) {
            throw new IllegalStateException("the text is finished");
        }
    }
}
