package io.millrace.job.fakes;

import io.millrace.core.predict.UpperBoundPredictor;
import io.millrace.core.request.SamplingDefaults;
import io.millrace.job.topology.Model;
import io.millrace.operators.testing.FakeAnswer;
import io.millrace.operators.testing.FakeEngine;
import io.millrace.operators.testing.FakeProbe;
import io.millrace.operators.testing.FakeSettings;
import io.millrace.operators.testing.LineRequests;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * A model of one test, served by fake engines in a mini cluster of this process: a character is a
 * token, and every answer is as long as its limit.
 *
 * @param probe shows what all engines of the test did, those that failed included
 */
public record FakeModel(Model model, FakeProbe probe) {

    /** Its engines pause that long between two steps. */
    public static FakeModel steppingEvery(Duration pause) {
        String name = UUID.randomUUID().toString();
        long micros = TimeUnit.NANOSECONDS.toMicros(pause.toNanos());
        return new FakeModel(
                new Model(
                        FakeSettings.MODEL,
                        FakeEngine.running(FakeSettings.LARGE, name, micros),
                        LineRequests.encoders(FakeSettings.LARGE),
                        UpperBoundPredictor::new,
                        SamplingDefaults.NONE),
                FakeProbe.named(name));
    }

    /** What it answers to a raw prompt, greedily. */
    public static String answer(String prompt, int maxTokens) {
        int[] tokens = prompt.chars().toArray();
        return FakeAnswer.text(FakeAnswer.tokens(tokens, 0, maxTokens, FakeSettings.UNTIL_LIMIT));
    }
}
