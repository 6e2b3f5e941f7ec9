"""One target in a process of its own, which a damaged file may kill: python -m tests.fuzz.child --help"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import tempfile
import warnings
from pathlib import Path
from random import Random

from tests.fuzz.watch import Watch

LONGEST = 50_000  # bytes of an input that the guided search makes; larger ones are among the hostile inputs
# atheris keeps every array that is compared in a module that it instruments.
ARITHMETIC = [
    *(f"recognition.imaging.{name}" for name in ("bitmap", "foreground", "redraw", "simplify", "skeleton")),
    *(f"recognition.imaging.picture.{name}" for name in ("clutter", "ground", "regions", "transparency")),
]
MEMORY = 6 << 30  # bytes of addresses, far beyond what counts as a defect


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", help="of a target")
    parser.add_argument("report", type=Path)
    parser.add_argument("--first", type=int, default=0, help="number of the first input")
    parser.add_argument("--inputs", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=3600, help="that it may take")
    parser.add_argument("--guided", action="store_true", help="by what of the code they reach; needs atheris")
    options = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory(prefix="doodlesite-fuzz-") as var:
        os.environ |= {"DOODLE_VAR": var, "DJANGO_SETTINGS_MODULE": "doodlesite.settings"}
        (guided if options.guided else counted)(options)


def counted(options: argparse.Namespace) -> None:
    """Run inputs number `first` and so on, always the same ones."""
    import django

    django.setup()
    from tests.fuzz.targets import FUZZES

    fuzz = FUZZES[options.name]
    fuzz.warm_up()
    watch = Watch(fuzz.target, options.report, every=1, seconds=options.seconds)
    while not watch.has_done(options.inputs):
        watch.run(fuzz.input(options.first + watch.seen.inputs))
    watch.save()


def guided(options: argparse.Namespace) -> None:
    """Run inputs that atheris makes of those that reached something new, two thirds of them by our own mutations."""
    import atheris
    import django

    with atheris.instrument_imports(include=["recognition", "json", "PIL"], exclude=ARITHMETIC):
        django.setup()
        from tests.fuzz.targets import FUZZES

    from tests.fuzz.mutations import mutated

    fuzz = FUZZES[options.name]
    fuzz.warm_up()
    watch = Watch(fuzz.target, options.report, every=1000, seconds=options.seconds)

    def mutate(data: bytes, size: int, seed: int) -> bytes:
        random = Random(seed)
        match random.randrange(3):
            case 0:
                return bytes(atheris.Mutate(data, size))
            case 1:
                return random.choice(fuzz.inside)(data, random)[:size]
            case _:
                return mutated(fuzz.seeds(), fuzz.inside, random)[:size]

    def one(data: bytes) -> None:
        watch.run(data)
        if watch.has_done(options.inputs):
            watch.save()
            os._exit(0)

    corpus = options.report.with_suffix(".corpus")
    corpus.mkdir(exist_ok=True)
    for number, seed in enumerate(fuzz.seeds()):
        (corpus / f"seed-{number}").write_bytes(seed)
    arguments = [
        f"-max_len={LONGEST}",
        f"-seed={options.first + 1}",
        "-timeout=60",
        "-rss_limit_mb=0",
        "-print_final_stats=1",
    ]
    atheris.Setup([sys.argv[0], str(corpus), *arguments], one, custom_mutator=mutate)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
