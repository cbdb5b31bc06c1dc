"""What bench-vs-peers measures, section by section: data only."""

from typing import NamedTuple

from bench.peer import Kind

OURS = "Lockstep"
TUNED = ["lstm", "gru", "rnn", "lenet5", "cnn", "mlp"]  # what PyTorch and JAX have here as well
MODELS = [*TUNED, "perceptron", "row-generator", "digit-reader"]

ALONE = [Kind("PyTorch", "torch"), Kind("torch.compile", "compile"), Kind("JAX", "jax")]
TOGETHER = [Kind("PyTorch DDP", "torch", ranks=2), Kind("PyTorch 2 threads", "torch", threads=2)]
ARTICLE = Kind("article's script", "article")
ARTICLE_BY_DEFAULT = Kind("article's script, PyTorch's threads", "article", threads=None)


class Ours(NamedTuple):
    """`trainer bench step` with these flags, in snake_case, on so many ranks."""
    name: str
    settings: dict
    ranks: int = 1


class Comparison(NamedTuple):
    """One of our sides against the best of some sides."""
    ours: str
    against: list


class Contest(NamedTuple):
    """Sides that take turns. The first one's weights are everyone's, and its losses too where its batches are."""
    label: str
    model: str
    cores: int
    ours: list
    peers: list
    comparisons: list


class Section(NamedTuple):
    title: str
    about: str
    contests: list
    columns: list = []  # of each of our sides, beside its speed
    by_comparison: bool = False  # a table's row is a comparison, not a contest


def names(kinds):
    return [kind.name for kind in kinds]


def versus(model, peers, *, label=None, cores=1, **settings):
    """A network of ours against peers, on one rank per core."""
    ours = Ours(OURS, {"model": model, "optimizer": "sgd", **settings}, ranks=cores)
    return Contest(label or model, model, cores, [ours], peers, [Comparison(OURS, names(peers))])


def own(model, sides, comparisons):
    """A network on one core against itself with other flags; sides maps names to them."""
    ours = [Ours(name, {"model": model, **settings}) for name, settings in sides.items()]
    return Contest(model, model, 1, ours, [], [Comparison(one, [other]) for one, other in comparisons])


def recipe():
    settings = {"recipe": "seed"}
    two, four, threads = (f"{OURS}, {how}" for how in ("2 ranks", "4 ranks", "2 threads"))
    return [
        Contest("1 core", "lstm", 1, [Ours(f"{OURS}, 1 rank", settings)], [*ALONE, ARTICLE],
                [Comparison(f"{OURS}, 1 rank", names(ALONE)), Comparison(f"{OURS}, 1 rank", [ARTICLE.name])]),
        Contest("2 cores", "lstm", 2,
                [Ours(two, settings, ranks=2), Ours(four, settings, ranks=4),
                 Ours(threads, {**settings, "threads": 2})],
                [*TOGETHER, ARTICLE_BY_DEFAULT],
                [Comparison(two, names(TOGETHER)), Comparison(two, [ARTICLE_BY_DEFAULT.name]),
                 Comparison(four, [two]), Comparison(threads, [two])]),
    ]


def shards():
    def of(batch, count):
        return {"global_batch": batch, "shards": count, "optimizer": "sgd", "lr": 0.01}

    one, eight, single = "batch 32, 1 shard", "batch 32, 8 shards", "batch 32, 32 shards"
    few = "batch 4, 1 shard"
    contests = []
    for model in [*TUNED, "perceptron"]:
        sides, comparisons = {one: of(32, 1), eight: of(32, 8)}, [(eight, one)]
        if model in ("lstm", "gru", "rnn", "cnn"):
            sides[single] = of(32, 32)
            comparisons.append((single, one))
        if model in ("lstm", "gru"):
            sides[few] = of(4, 1)
            comparisons.append((few, one))
        contests.append(own(model, sides, comparisons))
    return contests


def large_batch():
    large, usual = "batch 1,024", "batch 128"
    # Eight times as many steps would train a network further meanwhile, and a convolution's way back only visits pixels
    # that won their pooling window with more than zero: the fewer, the further it is. So the weights stay (about) the first.
    held = {"shards": 8, "lr": 1e-9}
    sides = {large: {"global_batch": 1024, **held}, usual: {"global_batch": 128, **held}}
    return [own(model, sides, [(large, usual)]) for model in MODELS]


def width():
    return [versus(model, ALONE, label=f"{model} {hidden}, batch {batch}", hidden_size=hidden,
                   global_batch=batch, shards=8, lr=0.01)
            for batch in (32, 128) for model in ("lstm", "gru", "rnn") for hidden in (256, 512, 1024)]


def samples():
    return [versus(model, ALONE, label=f"{model}, batch {batch}", global_batch=batch, shards=1, lr=0.01)
            for model in ("lstm", "gru", "cnn") for batch in (4, 8, 16, 32, 64, 128)]


SECTIONS = {
    "recipe": Section(
        "The article's job", "`--recipe seed`: lstm, batch 32 in 8 shards, SGD with lr 0.01. PyTorch and JAX run "
        "a bare training loop; the article's script feeds it from a TensorDataset and a DataLoader.",
        recipe(), by_comparison=True),
    "core-32": Section(
        "1 core, batch 32", "Ours: 1 rank, 1 shard.",
        [versus(model, ALONE, global_batch=32, shards=1) for model in TUNED]),
    "core-128": Section(
        "1 core, batch 128", "Ours: 1 rank, 8 shards.",
        [versus(model, ALONE, global_batch=128, shards=8) for model in TUNED]),
    "two-64": Section(
        "2 processes, batch 64", "Ours: 2 ranks, 2 shards.",
        [versus(model, TOGETHER, cores=2, global_batch=64, shards=2) for model in TUNED]),
    "shards": Section(
        "What small shards cost", "Lockstep against itself on one core.", shards(), by_comparison=True),
    "samples": Section(
        "Samples per rank", "1 core; ours: 1 rank, 1 shard.", samples(), columns=["peak_share"]),
    "large-batch": Section(
        "Large batches", "Lockstep against itself on one core, in 8 shards, with the first weights on both sides "
        "(`--lr 1e-9`). Memory: the process's peak, with the data set (VmHWM).",
        large_batch(), columns=["peak_memory_bytes"]),
    "width": Section(
        "Wide layers", "1 core; ours: 1 rank, 8 shards.", width(), columns=["peak_share"]),
    "convolutions": Section(
        "Convolutions", "1 core, batch 32, forward and backward together: `trainer bench kernels` against "
        "PyTorch, channels-last.", [], columns=["peak_share"]),
}
