package io.millrace.job.fakes;

import io.millrace.core.engine.EngineListener;
import io.millrace.core.engine.GenerationEngine;
import io.millrace.core.engine.GenerationTask;
import io.millrace.core.engine.ModelInfo;
import io.millrace.core.engine.PromptEncoder;
import io.millrace.core.request.Message;
import io.millrace.core.request.Prompt;
import io.millrace.job.topology.Model;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** Starts fake engines in a mini cluster of this process and shows the test what they did. */
public final class FakeEngines implements AutoCloseable {

    private static final Map<String, Shared> BY_ID = new ConcurrentHashMap<>();

    private final String id = UUID.randomUUID().toString();
    private final Shared shared;

    public FakeEngines(Duration step) {
        shared = new Shared(step.toNanos());
        BY_ID.put(id, shared);
    }

    /** A model that these engines serve. */
    public Model model() {
        return new Model(FakeEngine.MODEL.name(), new Factory(id), new EncoderFactory());
    }

    /** What all engines of this test did. */
    public Shared shared() {
        return shared;
    }

    @Override
    public void close() {
        BY_ID.remove(id);
    }

    /** Counts over all engines, those that failed included. */
    public static final class Shared {
        private final long stepNanos;
        private final AtomicBoolean failure = new AtomicBoolean();
        private final AtomicLong resumedTasks = new AtomicLong();
        private final AtomicLong resumedTokens = new AtomicLong();
        private final AtomicLong prefillTokens = new AtomicLong();
        private final AtomicLong promptTokens = new AtomicLong();

        Shared(long stepNanos) {
            this.stepNanos = stepNanos;
        }

        /** The next step of an engine breaks it. */
        public void failOnce() {
            failure.set(true);
        }

        boolean takeFailure() {
            return failure.compareAndSet(true, false);
        }

        long stepNanos() {
            return stepNanos;
        }

        void submitted(GenerationTask task, int prompt) {
            int resumed = task.resume().tokens().length;
            promptTokens.addAndGet(prompt);
            prefillTokens.addAndGet(prompt + (long) resumed);
            if (resumed > 0) {
                resumedTasks.incrementAndGet();
                resumedTokens.addAndGet(resumed);
            }
        }

        /** Tasks that came with tokens of an earlier attempt. */
        public long resumedTasks() {
            return resumedTasks.get();
        }

        /** Tokens that came with them. */
        public long resumedTokens() {
            return resumedTokens.get();
        }

        /** Tokens that were prefilled: prompts, and what an earlier attempt had generated. */
        public long prefillTokens() {
            return prefillTokens.get();
        }

        /** Of these, prompts. */
        public long promptTokens() {
            return promptTokens.get();
        }
    }

    record Factory(String id) implements GenerationEngine.Factory {
        @Override
        public GenerationEngine start(EngineListener listener) {
            Shared shared = BY_ID.get(id);
            if (shared == null) {
                throw new IllegalStateException("the test is over");
            }
            return new FakeEngine(listener, shared);
        }
    }

    /** One token per character, so that a prompt's length is plain to see. */
    record EncoderFactory() implements PromptEncoder.Factory {
        @Override
        public PromptEncoder open() {
            return new PromptEncoder() {
                @Override
                public ModelInfo model() {
                    return FakeEngine.MODEL;
                }

                @Override
                public int[] encode(Prompt prompt) {
                    if (prompt instanceof Prompt.Tokens tokens) {
                        return tokens.ids();
                    }
                    String text =
                            prompt instanceof Prompt.Chat chat
                                    ? String.join(
                                            "",
                                            chat.messages().stream().map(Message::content).toList())
                                    : ((Prompt.Text) prompt).text();
                    return text.chars().map(c -> c % FakeEngine.MODEL.vocabularySize()).toArray();
                }

                @Override
                public void close() {}
            };
        }
    }
}
