package io.millrace.job.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.millrace.job.client.BatchClient;
import io.millrace.job.client.BatchStatus;
import io.millrace.job.client.ResultsDownload;
import io.millrace.job.local.ApiKeyText;
import io.millrace.job.local.LocalService;
import io.millrace.job.local.SampleRequests;
import io.millrace.operators.report.Figure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;

/** Asks the demo's questions as a batch, over HTTP as any client would. For one thread. */
final class DemoBatch {

    private static final Duration POLL = Duration.ofMillis(300);

    private final Terminal terminal;
    private final LocalService service;
    private final ApiKeyText key;
    private final JsonMapper json = JsonMapper.builder().build();

    DemoBatch(Terminal terminal, LocalService service, ApiKeyText key) {
        this.terminal = terminal;
        this.service = service;
        this.key = key;
    }

    void ask(SampleRequests sample, String model)
            throws IOException, InterruptedException, ExecutionException {
        BatchClient client = new BatchClient(service.gateway(), key.value());
        Path requests = Files.createTempFile("millrace-demo", ".jsonl");
        Path results = Files.createTempFile("millrace-demo-results", ".jsonl");
        try {
            Files.write(requests, sample.entries(model));
            terminal.note("Submitting %d questions as".formatted(sample.questions().size()));
            terminal.line(Services.curl(service, model, key));
            BatchStatus batch = await(client, client.submit(requests));
            new ResultsDownload(client, batch.id()).inOrderOf(requests, results, bytes -> {});
            for (String line : Files.readAllLines(results)) {
                print(sample, json.readTree(line));
            }
        } finally {
            Files.delete(requests);
            Files.delete(results);
        }
    }

    private BatchStatus await(BatchClient client, BatchStatus submitted)
            throws IOException, InterruptedException, ExecutionException {
        BatchStatus status = submitted;
        try (Progress progress =
                Progress.of(terminal, "demo", status.requests(), Progress.Unit.REQUESTS)) {
            while (!status.hasEnded()) {
                if (service.job().await(POLL)) {
                    throw new IOException("the job ended before every question had its answer");
                }
                status = client.status(status.id());
                progress.update(
                        status.finished(),
                        service.job().report().get(Figure.OUTPUT_TOKENS) + " tokens written");
            }
        }
        return status;
    }

    private void print(SampleRequests sample, JsonNode line) {
        String id = line.path("custom_id").asText();
        JsonNode result = line.path("result");
        String answer =
                result.path("type").asText().equals("succeeded")
                        ? result.at("/message/content/0/text").asText()
                        : "(%s %s)"
                                .formatted(
                                        result.path("type").asText(),
                                        result.at("/error/error/message").asText());
        terminal.line("Q: " + sample.questions().getOrDefault(id, id));
        terminal.line("A: " + answer.strip());
        terminal.line("");
    }
}
