#!/usr/bin/env python3
"""Write a small N-MNIST subset in the layout of the whole data set: Train/0…9/*.bin and Test/0…9/*.bin.

    layout.py NMNISTsmall.zip FOLDER

The archive contains files `N.bs2`, with the bytes of N-MNIST's `.bin`, and two lists, `train1K.txt` and
`test100.txt`, with a number and a class per line. Samples are named by their number, in five digits or more.
"""

import argparse
import pathlib
import zipfile

LISTS = {"Train": "train1K.txt", "Test": "test100.txt"}


def samples(text: str) -> list[tuple[int, int]]:
    """The number and class of each sample in a list."""
    lines = [line.split() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [(int(number), int(label)) for number, label in lines]


def main() -> None:
    """Write the files."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("archive", type=pathlib.Path)
    parser.add_argument("folder", type=pathlib.Path)
    arguments = parser.parse_args()
    with zipfile.ZipFile(arguments.archive) as archive:
        members = {pathlib.PurePosixPath(name).name: name for name in archive.namelist()}
        for part, list_name in LISTS.items():
            for label in range(10):
                (arguments.folder / part / str(label)).mkdir(parents=True)
            listed = samples(archive.read(members[list_name]).decode("ascii"))
            for number, label in listed:
                path = arguments.folder / part / str(label) / f"{number:05}.bin"
                path.write_bytes(archive.read(members[f"{number}.bs2"]))
            print(f"{part}: {len(listed)} samples")


if __name__ == "__main__":
    main()
