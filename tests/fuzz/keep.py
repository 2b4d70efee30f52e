# SPDX-License-Identifier: Apache-2.0
"""Keeps the inputs of a directory for a fuzz target: keep.py TARGET DIRECTORY; seeds.py gives them back"""
import base64
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))


def main():
    target, directory = sys.argv[1:]
    inputs = set()
    for name in os.listdir(directory):
        with open(os.path.join(directory, name), "rb") as file:
            inputs.add(base64.b64encode(file.read()).decode())
    with open(os.path.join(HERE, "corpus", target + ".b64"), "w") as file:
        file.writelines(line + "\n" for line in sorted(inputs, key=lambda line: (len(line), line)))


main()
