# SPDX-License-Identifier: Apache-2.0
"""Rule packs: their schema and the example of the README."""
import glob
import json
import os
import re
import unittest

import jsonschema
import yaml

from daemon import ROOT, WithDaemon, pack


class Schema(unittest.TestCase):
    def packs(self):
        packs = sorted(glob.glob(os.path.join(ROOT, "rules", "**", "*.yaml"), recursive=True))
        self.assertGreater(len(packs), 5)
        return packs

    def test_each_pack_names_the_schema_and_has_its_rules_in_order(self):
        for path in self.packs():
            with open(path, encoding="utf-8") as file:
                text = file.read()
            schema = re.match(r"# yaml-language-server: \$schema=(\S+)\n", text)[1]
            self.assertTrue(os.path.exists(os.path.join(os.path.dirname(path), schema)), path)
            self.assertLessEqual(max(map(len, text.split("\n"))), 120, path)
            ids = re.findall(r"^  - id: (\S+)", text, re.M)
            if "\nrules:" in text:
                self.assertEqual(ids, sorted(ids), path)

    def test_the_schema_takes_our_packs_and_no_misspelt_key(self):
        with open(os.path.join(ROOT, "rules", "schema", "pack.schema.json")) as file:
            schema = json.load(file)
        for path in self.packs():
            with open(path, encoding="utf-8") as file:
                jsonschema.validate(yaml.safe_load(file), schema)
        text = pack("a", "A", r"\d{7}")
        jsonschema.validate(yaml.safe_load(text), schema)
        for right, wrong in (("score", "scroe"), ("policies", "policy"), ("title", "titel"), ("licence", "license")):
            with self.assertRaises(jsonschema.ValidationError):
                jsonschema.validate(yaml.safe_load(text.replace(right, wrong)), schema)


class Example(WithDaemon):
    """The first rule of the guide."""

    def test_the_rule_example_loads_and_is_in_force(self):
        with open(os.path.join(ROOT, "rules", "AUTHORING.md"), encoding="utf-8") as file:
            rule = re.search(r"<<'EOF'\n(.*?)^EOF$", file.read(), re.S | re.M).group(1)
        self.daemon.write_rules("acme.yaml", rule)
        self.assertEqual(self.daemon.ctl("rules", "check", self.daemon.rules).returncode, 0)
        self.assertEqual(self.daemon.ctl("reload", "-e", self.daemon.endpoint).returncode, 0)
        self.assertEqual(self.client.ask("my ticket is ACME-1234567")[1], [b"my ticket is <ACME_TICKET_1>"])
