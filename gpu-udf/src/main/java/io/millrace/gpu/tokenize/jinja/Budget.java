package io.millrace.gpu.tokenize.jinja;

/** What one rendering may use; no template can run away. Used by one thread. */
final class Budget {

    static final int MAX_STEPS = 5_000_000;
    static final int MAX_TEXT = 1 << 25;
    private static final int MAX_DEPTH = 64;
    private static final int CHARACTERS_PER_STEP = 64;

    private int steps;
    private int depth;

    /** Counts an operation. */
    void step() {
        steps(1);
    }

    /** Counts work on so many elements. */
    void steps(int count) {
        steps += count;
        if (steps > MAX_STEPS || count > MAX_STEPS) {
            throw new JinjaException("more than " + MAX_STEPS + " steps");
        }
    }

    /** Counts a text that is about to be made or searched. */
    void text(long characters) {
        bound(characters);
        steps((int) characters / CHARACTERS_PER_STEP);
    }

    /** Refuses a text that has grown too long. */
    void bound(long characters) {
        if (characters > MAX_TEXT) {
            throw new JinjaException("a text of more than " + MAX_TEXT + " characters");
        }
    }

    void enter() {
        depth++;
        if (depth > MAX_DEPTH) {
            throw new JinjaException("more than " + MAX_DEPTH + " macros inside each other");
        }
    }

    void leave() {
        depth--;
    }
}
