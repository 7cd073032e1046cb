"""Writes the two Arrow files beside it with pyarrow: requests as another producer phrases them."""

import datetime
import pathlib

import pyarrow as pa

HERE = pathlib.Path(__file__).parent
UTC = datetime.timezone.utc


def table():
    message = pa.struct([("role", pa.string()), ("content", pa.string())])
    return pa.table(
        {
            "id": pa.array(["a", "b", "c"]),
            "prompt": pa.array(["Grüße", None, None], pa.large_string()),
            "messages": pa.array(
                [None, [{"role": "user", "content": "Hi"}], None], pa.list_(message)
            ),
            "token_ids": pa.array([None, None, [1, 2, 49151]], pa.list_(pa.int64())),
            "max_tokens": pa.array([16, None, 3], pa.int64()),
            "temperature": pa.array([0.5, None, None], pa.float32()),
            "seed": pa.array([7, None, None], pa.int64()),
            "stop": pa.array([["\n", "END"], None, []], pa.list_(pa.string())),
            "tenant": pa.array(["red", "blue", "red"]).dictionary_encode(),
            "deadline": pa.array(
                [datetime.datetime(2030, 1, 1, tzinfo=UTC), None, None], pa.timestamp("us", "UTC")
            ),
            "adapter": pa.nulls(3),
        }
    )


def write(opened):
    with opened as writer:
        writer.write_table(table(), max_chunksize=2)


if __name__ == "__main__":
    zstd = pa.ipc.IpcWriteOptions(compression="zstd")
    lz4 = pa.ipc.IpcWriteOptions(compression="lz4")
    schema = table().schema
    write(pa.ipc.new_stream(HERE / "pyarrow-zstd.arrows", schema, options=zstd))
    write(pa.ipc.new_file(HERE / "pyarrow-lz4.arrow", schema, options=lz4))
