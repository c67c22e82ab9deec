"""One table as a Parquet file: written compactly, read with distrust.

A checksum vouches for what was written, not for who wrote it. A file that was forged, checksum and all, may lie about
its types, its texts and its size; it must end in one clear error.
"""

from typing import TYPE_CHECKING

import pandas as pd

from networks.errors import SourceError, TableError

if TYPE_CHECKING:
    import pyarrow as pa

MOST_VALUES_PER_BYTE = 500
"""A file may hold so many values a byte; ids, which differ from row to row, keep honest files far below."""
MOST_BYTES_PER_BYTE = 500
"""Texts that stand once in a file and often in its rows may become so much longer in memory."""
_FREE = 1_000_000
"""Values and bytes that are never too many."""
_ROWS = 1_000_000
"""Read at a time."""


def arrow_table(frame: pd.DataFrame, where: str) -> "pa.Table":
    """Return a table of numbers, texts, flags and times as an Arrow table, its dtypes noted.

    Raises
    ------
    TableError
        A column holds anything else.
    """
    import pyarrow as pa  # noqa: PLC0415  (with its readers 0.1 s)

    try:
        table = pa.Table.from_pandas(frame, preserve_index=False)
    except (pa.ArrowException, ValueError, TypeError) as error:
        raise TableError([f"{where}: a column holds values that are not of one type: {error}"]) from error
    odd = [field for field in table.schema if not _is_plain(field.type)]
    if odd:
        expected = "expected numbers, texts, flags or times; turn it into text with .astype(str)"
        raise TableError([f"{where}:{field.name}: found {field.type}, {expected}" for field in odd])
    return table


def parquet_bytes(table: "pa.Table", unlike: tuple[str, ...] = ()) -> bytes:
    """Return the Parquet file of a table.

    Parameters
    ----------
    table
        Flat columns.
    unlike
        Columns of texts that differ from row to row, so that a dictionary of them would be in vain.
    """
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.parquet as pq  # noqa: PLC0415

    floats = [field.name for field in table.schema if pa.types.is_floating(field.type)]
    kept = [name for name in _texts(table.schema) if name not in unlike]
    sink = pa.BufferOutputStream()
    # split into streams of bytes, coordinates and lengths take a third less and read no slower
    encoding = dict.fromkeys(floats, "BYTE_STREAM_SPLIT")
    pq.write_table(
        table, sink, compression="zstd", compression_level=1, use_dictionary=kept or False, column_encoding=encoding
    )
    return bytes(sink.getvalue())


def read_parquet(data: bytes, where: str, unlike: tuple[str, ...] = ()) -> "pa.Table":
    """Read a table out of the bytes of a Parquet file; arguments as of `parquet_bytes`.

    Raises
    ------
    SourceError
        It is no Parquet file, is broken, or claims to hold more than a file of its size can.
    """
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.parquet as pq  # noqa: PLC0415

    try:
        texts = _texts(pq.ParquetFile(pa.BufferReader(data)).schema_arrow)
        coded = [name for name in texts if name not in unlike]
        file = pq.ParquetFile(pa.BufferReader(data), read_dictionary=coded)
        table = _spelt_out(_bounded(file, len(data), where), coded, len(data), where)
        table.validate(full=True)
    except SourceError:
        raise
    except Exception as error:  # (a forged file may make the reader raise anything)
        raise SourceError(f"{where}: is not a table that can be read ({error}); build the network again") from error
    return table


def frame_of(table: "pa.Table", where: str) -> pd.DataFrame:
    """Return an Arrow table as it was before `arrow_table`.

    Raises
    ------
    SourceError
        A column is not of numbers, texts, flags or times, or what the table says of its dtypes is not true.
    """
    odd = [str(field.name) for field in table.schema if not _is_plain(field.type)]
    odd += table.column_names[len(set(table.column_names)) :]
    try:
        frame: pd.DataFrame = table.to_pandas()
    except Exception as error:  # (its notes on dtypes may be forged, too)
        raise SourceError(f"{where}: is not a table that can be read ({error}); build the network again") from error
    if odd or list(frame.columns) != table.column_names or not frame.index.equals(pd.RangeIndex(table.num_rows)):
        raise SourceError(f"{where}: found columns that are no table of a network; build the network again")
    return frame


def _texts(schema: "pa.Schema") -> list[str]:
    return [field.name for field in schema if _is_text(field.type)]


def _is_text(kind: "pa.DataType") -> bool:
    import pyarrow.types as kinds  # noqa: PLC0415

    return bool(kinds.is_string(kind) or kinds.is_large_string(kind))


def _is_plain(kind: "pa.DataType") -> bool:
    import pyarrow.types as kinds  # noqa: PLC0415

    if kinds.is_dictionary(kind):
        return _is_plain(kind.value_type)
    tests = (kinds.is_integer, kinds.is_floating, kinds.is_boolean, kinds.is_temporal, kinds.is_null, _is_text)
    return any(test(kind) for test in tests)


def _bounded(file: "pa.parquet.ParquetFile", size: int, where: str) -> "pa.Table":
    """Return the table, read piece by piece as long as it keeps within what a file of `size` bytes can hold.

    What the file says of its columns is not asked for: where that was forged, pyarrow ends the process.
    """
    import pyarrow as pa  # noqa: PLC0415

    _check_size(file.metadata.num_rows * file.metadata.num_columns, 0, size, where)
    pieces, values, filled = [], 0, 0
    for piece in file.iter_batches(_ROWS):
        pieces.append(piece)
        values += piece.num_rows * piece.num_columns
        filled += piece.nbytes
        _check_size(values, filled, size, where)
    return pa.Table.from_batches(pieces, file.schema_arrow)


def _check_size(values: int, filled: int, size: int, where: str) -> None:
    if values > MOST_VALUES_PER_BYTE * size + _FREE or filled > MOST_BYTES_PER_BYTE * size + _FREE:
        raise SourceError(
            f"{where}: claims {values:,} values in {size:,} bytes, more than any network has; build the network again"
        )


def _spelt_out(table: "pa.Table", texts: list[str], size: int, where: str) -> "pa.Table":
    """Return the table with texts in place of their numbers, once it is sure that they fit the memory."""
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.compute as pc  # noqa: PLC0415

    total = 0
    for name in texts:
        column = table[name]
        for chunk in column.chunks:
            lengths = pc.binary_length(chunk.dictionary).take(chunk.indices)
            total += pc.sum(lengths.cast(pa.int64())).as_py() or 0
        if total > MOST_BYTES_PER_BYTE * size + _FREE:
            raise SourceError(f"{where}:{name}: texts of more than {total:,} bytes; build the network again")
        table = table.set_column(table.column_names.index(name), name, column.cast(pa.large_string()))
    return table
