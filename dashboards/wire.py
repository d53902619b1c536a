"""Tables on their way to the browser: a text that many rows repeat goes over the wire once."""

import pyarrow as pa
import pyarrow.compute as pc

# How many places a signed number of one and of two bytes can name.
PLACES = {pa.int8(): 2**7, pa.int16(): 2**15}
FEW_ROWS = 200  # under it the dictionaries gain nothing worth having


def lean(table: pa.Table) -> pa.Table:
    """The same rows; of many, texts as dictionaries where that is less to send."""
    if table.num_rows < FEW_ROWS:
        return table
    for index, field in enumerate(table.schema):
        if pa.types.is_string(field.type):
            coded = _coded(table[field.name])
            if coded.nbytes < table[field.name].nbytes:
                table = table.set_column(index, field.name, coded)
    return table


def _coded(texts: pa.ChunkedArray) -> pa.DictionaryArray:
    found = texts.combine_chunks().dictionary_encode()
    kind = next((kind for kind, places in PLACES.items() if len(found.dictionary) <= places), pa.int32())
    return pa.DictionaryArray.from_arrays(pc.cast(found.indices, kind), found.dictionary)
