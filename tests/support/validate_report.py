# validate_report.py SCHEMA REPORT…: each report is what the schema says, and the schema says all
# that is in it. SPDX-License-Identifier: Apache-2.0
import json
import sys

import jsonschema


def closed(schema):
    """The schema with every object closed, so that a key that it does not name is a fault."""
    if isinstance(schema, list):
        return [closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    made = {name: closed(value) for name, value in schema.items()}
    if "properties" in schema and "additionalProperties" not in schema:
        made["additionalProperties"] = False
    return made


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        schema = json.load(file)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(closed(schema))
    faults = 0
    for path in sys.argv[2:]:
        with open(path, encoding="utf-8") as file:
            report = json.load(file)
        for fault in validator.iter_errors(report):
            faults += 1
            place = "/".join(str(step) for step in fault.absolute_path)
            print(f"{path}: {place}: {fault.message[:300]}")
    return 1 if faults else 0


sys.exit(main())
