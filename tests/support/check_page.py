# check_page.py PAGE…: each page is well-formed, its headings are in order, its tables say what they
# are, and its places are there once. SPDX-License-Identifier: Apache-2.0
import sys
import xml.etree.ElementTree as tree


def check(path):
    try:
        page = tree.parse(path).getroot()
    except tree.ParseError as fault:
        print(f"{path}: it is not well-formed: {fault}")
        return False
    faults = []
    levels = [int(e.tag[1]) for e in page.iter() if e.tag in ("h1", "h2", "h3", "h4", "h5", "h6")]
    if levels.count(1) != 1 or levels[0] != 1:
        faults.append("there is not one h1 before all other headings")
    for above, level in zip(levels, levels[1:]):
        if level > above + 1:
            faults.append(f"an h{level} follows an h{above}")
    for table in page.iter("table"):
        caption = table.find("caption")
        if caption is None or not "".join(caption.itertext()).strip():
            faults.append("a table has no caption")
        width = len(table.findall("thead/tr/th"))
        rows = table.findall("tbody/tr") + table.findall("tfoot/tr")
        if any(len(list(row)) != width for row in rows):
            faults.append("a row has not as many cells as there are headings")
    if any(head.get("scope") not in ("row", "col") for head in page.iter("th")):
        faults.append("a heading of a table has no scope")
    ids = [e.get("id") for e in page.iter() if e.get("id")]
    if len(ids) != len(set(ids)):
        faults.append("a place is there twice")
    for link in page.iter("a"):
        if link.get("href", "")[1:] not in ids:
            faults.append(f"{link.get('href')} leads nowhere")
    for picture in page.iter("svg"):
        said = picture.get("role") == "img" and picture.find("title") is not None
        if not said and picture.get("aria-hidden") != "true":
            faults.append("a picture is not said in words")
    if page.get("lang") is None or page.find("body/main") is None:
        faults.append("a landmark is missing")
    for fault in faults:
        print(f"{path}: {fault}")
    return not faults


# A list, so that every page is looked at.
sys.exit(0 if all([check(path) for path in sys.argv[1:]]) else 1)
