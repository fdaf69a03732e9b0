"""Texts in, sentence vectors out, by the small model in data/model: all-MiniLM-L6-v2 in 8 bits, on the processor."""

import os
from collections.abc import Callable, Sequence
from functools import cache

import numpy as np
import numpy.typing as npt

# First: else onnxruntime gives the user a number, keeps it under ~/.cache, and tells Microsoft of its use.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
import onnxruntime
from tokenizers import Tokenizer

from talkdex.data import FOLDER

DIMENSIONS = 384
MOST_TOKENS = 256  # that the model was trained with
TOKENS_AT_ONCE = 1024  # a batch of texts of about the same length; with more the processor's caches are too small

Vectors = npt.NDArray[np.float32]


class SentenceModel:
    """The model, loaded: about 100 MB of memory, in a fifth of a second."""

    def __init__(self, threads: int = 0) -> None:
        """`threads` of the processor work on a batch; 0 means all."""
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = 3
        # Threads that wait without sleeping take the processor from whatever else there is to do.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        path = str(FOLDER / "model" / "model.onnx")
        self._session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])

    def encode(self, texts: Sequence[str], on_encoded: Callable[[int], None] = lambda encoded: None) -> Vectors:
        """A row of length 1 for each text. `on_encoded` is told how many are done, after every batch."""
        tokens = [encoding.ids for encoding in _tokenizer().encode_batch(list(texts))]
        vectors = np.empty((len(tokens), DIMENSIONS), dtype=np.float32)
        encoded = 0
        for batch in _batches([len(ids) for ids in tokens]):
            longest = len(tokens[batch[-1]])
            input_ids = np.zeros((len(batch), longest), dtype=np.int64)
            attention_mask = np.zeros_like(input_ids)
            for row, number in enumerate(batch):
                input_ids[row, : len(tokens[number])] = tokens[number]
                attention_mask[row, : len(tokens[number])] = 1
            [vectors[batch]] = self._session.run(None, {"input_ids": input_ids, "attention_mask": attention_mask})
            encoded += len(batch)
            on_encoded(encoded)
        return vectors


def _batches(lengths: Sequence[int]) -> list[list[int]]:
    """The numbers of the texts, shortest first, in batches of at most TOKENS_AT_ONCE tokens with their padding."""
    batches: list[list[int]] = []
    for number in sorted(range(len(lengths)), key=lengths.__getitem__):
        if not batches or (len(batches[-1]) + 1) * lengths[number] > TOKENS_AT_ONCE:
            batches.append([])
        batches[-1].append(number)
    return batches


def is_known_word(word: str) -> bool:
    """Whether it is one of the 20,000 and more English words and names that the model has a token of its own for."""
    return _tokenizer().token_to_id(word.lower()) is not None


@cache
def _tokenizer() -> Tokenizer:
    tokenizer = Tokenizer.from_file(str(FOLDER / "model" / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(MOST_TOKENS)
    return tokenizer


@cache
def model_for_questions() -> SentenceModel:
    """The model as searching uses it: kept loaded, on one thread, as several readers may ask at once."""
    return SentenceModel(threads=1)
