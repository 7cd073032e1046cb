#!/usr/bin/env python3
"""Writes a GGUF file's weights in other formats with llama.cpp's own quantiser.

    python llama_cpp_quantize.py MODEL.gguf OUT_FOLDER q4_0 q8_0 bf16

A file that is quantised already is dequantised first: speed is that of the format, quality is that
of the source. Files that exist are kept. Prints the path of each file.
"""

import argparse
import ctypes
import pathlib
import sys

import llama_cpp

FORMATS = {
    "q4_0": llama_cpp.LLAMA_FTYPE_MOSTLY_Q4_0,
    "q4_1": llama_cpp.LLAMA_FTYPE_MOSTLY_Q4_1,
    "q8_0": llama_cpp.LLAMA_FTYPE_MOSTLY_Q8_0,
    "bf16": llama_cpp.LLAMA_FTYPE_MOSTLY_BF16,
}


@llama_cpp.llama_log_callback
def _silent(level, text, data):
    pass


def quantize(source: pathlib.Path, target: pathlib.Path, name: str) -> None:
    params = llama_cpp.llama_model_quantize_default_params()
    params.ftype = FORMATS[name]
    params.allow_requantize = True
    # Every matrix in the format that the name says, instead of the tool's mixtures.
    params.pure = True
    code = llama_cpp.llama_model_quantize(
        str(source).encode(), str(target).encode(), ctypes.byref(params)
    )
    if code != 0:
        target.unlink(missing_ok=True)
        sys.exit(f"{source}: llama.cpp could not write it as {name} (code {code})")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("source", type=pathlib.Path)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("formats", nargs="+", choices=sorted(FORMATS))
    arguments = parser.parse_args()
    llama_cpp.llama_log_set(_silent, ctypes.c_void_p(0))
    arguments.folder.mkdir(parents=True, exist_ok=True)
    for name in arguments.formats:
        target = arguments.folder / f"{arguments.source.name.split('.')[0]}.{name}.gguf"
        if not target.exists():
            quantize(arguments.source, target, name)
        print(target)


if __name__ == "__main__":
    main()
