#!/usr/bin/env python3
"""llama.cpp on the work of `millrace bench`: random prompts, all at once, greedy, no end tokens.

    python llama_cpp_bench.py MODEL.gguf --sequences 64 --prompt-tokens 128 --output-tokens 48

Prints one JSON object with the same figures under the same names. All prompts are prefilled in
batches of --batch-tokens, then every step decodes one token of every sequence in one llama_decode.
The next token is numpy's argmax over the logits, which is faster than llama.cpp's own greedy
sampler. Loading and a warm-up round of two sequences are not measured, as in `millrace bench`.
"""

import argparse
import ctypes
import json
import time

import llama_cpp
import numpy

FLASH_ATTENTION = {
    "auto": llama_cpp.LLAMA_FLASH_ATTN_TYPE_AUTO,
    "on": llama_cpp.LLAMA_FLASH_ATTN_TYPE_ENABLED,
    "off": llama_cpp.LLAMA_FLASH_ATTN_TYPE_DISABLED,
}
WARM_UP_SEQUENCES = 2


@llama_cpp.llama_log_callback
def _silent(level, text, data):
    pass


class Bench:
    """One model and one context, large enough for all sequences. For one thread."""

    def __init__(self, arguments):
        self.arguments = arguments
        llama_cpp.llama_backend_init()
        self.model = llama_cpp.llama_model_load_from_file(
            arguments.model.encode(), llama_cpp.llama_model_default_params()
        )
        if not self.model:
            raise SystemExit(f"{arguments.model}: llama.cpp could not load it")
        self.vocabulary = llama_cpp.llama_vocab_n_tokens(
            llama_cpp.llama_model_get_vocab(self.model)
        )
        self.context = llama_cpp.llama_init_from_model(self.model, self._context_params())
        if not self.context:
            raise SystemExit(f"{arguments.model}: llama.cpp could not make a context")
        self.batch = llama_cpp.llama_batch_init(arguments.batch_tokens, 0, 1)

    def _context_params(self):
        sequences = max(WARM_UP_SEQUENCES, self.arguments.sequences)
        length = self.arguments.prompt_tokens + self.arguments.output_tokens
        # llama.cpp rounds contexts up to multiples of 256; split, each sequence has a part.
        part = -(-length // 256) * 256
        params = llama_cpp.llama_context_default_params()
        params.kv_unified = self.arguments.kv == "unified"
        params.n_ctx = sequences * (length if params.kv_unified else part)
        params.n_seq_max = sequences
        params.n_batch = self.arguments.batch_tokens
        params.n_ubatch = self.arguments.step_tokens
        params.n_threads = self.arguments.threads
        params.n_threads_batch = self.arguments.threads
        params.flash_attn_type = FLASH_ATTENTION[self.arguments.flash_attention]
        return params

    def run(self, prompts):
        """Generates for all prompts; returns seconds of prefill and of everything."""
        llama_cpp.llama_memory_clear(llama_cpp.llama_get_memory(self.context), True)
        started = time.perf_counter()
        tokens = self._prefill(prompts)
        prefilled = time.perf_counter()
        length = self.arguments.prompt_tokens
        for step in range(1, self.arguments.output_tokens):
            self.batch.n_tokens = 0
            for sequence, token in enumerate(tokens):
                self._add(token, length + step - 1, sequence, True)
            tokens = self._decode()
        return prefilled - started, time.perf_counter() - started

    def _prefill(self, prompts):
        tokens = []
        self.batch.n_tokens = 0
        for sequence, prompt in enumerate(prompts):
            for position, token in enumerate(prompt):
                if self.batch.n_tokens == self.arguments.batch_tokens:
                    tokens.extend(self._decode())
                    self.batch.n_tokens = 0
                self._add(token, position, sequence, position == len(prompt) - 1)
        tokens.extend(self._decode())
        return tokens

    def _add(self, token, position, sequence, wanted):
        row = self.batch.n_tokens
        self.batch.token[row] = token
        self.batch.pos[row] = position
        self.batch.n_seq_id[row] = 1
        self.batch.seq_id[row][0] = sequence
        self.batch.logits[row] = wanted
        self.batch.n_tokens = row + 1

    def _decode(self):
        """The most probable next token of every row whose logits were asked for, in order."""
        code = llama_cpp.llama_decode(self.context, self.batch)
        if code != 0:
            raise SystemExit(f"llama_decode failed (code {code})")
        outputs = sum(bool(self.batch.logits[row]) for row in range(self.batch.n_tokens))
        if outputs == 0:
            llama_cpp.llama_synchronize(self.context)
            return []
        logits = numpy.ctypeslib.as_array(
            ctypes.cast(
                llama_cpp.llama_get_logits(self.context), ctypes.POINTER(ctypes.c_float)
            ),
            shape=(outputs, self.vocabulary),
        )
        return logits.argmax(axis=1).tolist()


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model")
    parser.add_argument("--sequences", type=int, default=64)
    parser.add_argument("--prompt-tokens", type=int, default=128)
    parser.add_argument("--output-tokens", type=int, default=48)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--batch-tokens", type=int, default=2048, help="n_batch")
    parser.add_argument("--step-tokens", type=int, default=512, help="n_ubatch")
    parser.add_argument("--kv", choices=["split", "unified"], default="split")
    parser.add_argument("--flash-attention", choices=sorted(FLASH_ATTENTION), default="auto")
    return parser.parse_args()


def main():
    arguments = parse()
    llama_cpp.llama_log_set(_silent, ctypes.c_void_p(0))
    bench = Bench(arguments)
    random = numpy.random.default_rng(42)
    shape = (arguments.sequences, arguments.prompt_tokens)
    bench.run(random.integers(0, bench.vocabulary, (WARM_UP_SEQUENCES, shape[1])).tolist())
    prefill, wall = bench.run(random.integers(0, bench.vocabulary, shape).tolist())
    read = arguments.sequences * arguments.prompt_tokens
    written = arguments.sequences * arguments.output_tokens
    decoded = written - arguments.sequences
    print(
        json.dumps(
            {
                "requests": arguments.sequences,
                "input_tokens": read,
                "output_tokens": written,
                "wall_seconds": wall,
                "prefill_seconds": prefill,
                "output_tokens_per_second": written / wall,
                "total_tokens_per_second": (read + written) / wall,
                "decode_tokens_per_second": decoded / (wall - prefill) if decoded else 0.0,
                "model": arguments.model,
                "version": f"llama-cpp-python {llama_cpp.__version__}",
            }
        )
    )


if __name__ == "__main__":
    main()
