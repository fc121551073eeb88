#!/usr/bin/env python3
"""Makes the fonts of this folder: subset.py DIR_WITH_LIBERATION_2 (Debian: fonts-liberation2 2.1.5; fonttools 4.68).

Latin, Greek, Cyrillic, punctuation, arrows and signs; no hints, no kerning, no other shaping: text is set by advance
widths alone, as the charts compute them. The licence reserves the name of the original for the original.
"""
import sys
from pathlib import Path
from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables._g_l_y_f import Glyph

KEPT = ("20-7e a0-17f 192 2c6-2dd 370-3ff 400-45f 2010-2015 2018-201e 2020-2022 2026 2030 2032 2033 2039 203a 2044 20ac "
        "2116 2122 2126 2190-2195 2202 2206 220f 2211 2212 2215 2219 221a 221e 2248 2260 2264 2265 25a0-25cf")
FONTS = {"Sans-Regular": "Chart Sans", "Sans-Bold": "Chart Sans", "Mono-Regular": "Chart Mono"}


def code_points():
    for part in KEPT.split():
        first, _, last = part.partition("-")
        yield from range(int(first, 16), int(last or first, 16) + 1)


def narrow_space(font, quarter_em):
    """U+202F stands before units; the original lacks it."""
    font["glyf"]["uni202F"] = Glyph()
    font["hmtx"]["uni202F"] = (quarter_em, 0)
    for table in font["cmap"].tables:
        if table.isUnicode():
            table.cmap[0x202F] = "uni202F"
    font.setGlyphOrder(font.getGlyphOrder())


def main(source):
    for name, family in FONTS.items():
        font = TTFont(Path(source) / f"Liberation{name}.ttf")
        options = subset.Options(hinting=False, layout_features=[], notdef_outline=True, name_IDs=[0, 1, 2, 4, 5, 6, 13, 14])
        options.drop_tables += ["FFTM", "GPOS", "GSUB", "GDEF", "kern", "gasp"]
        cutter = subset.Subsetter(options)
        cutter.populate(unicodes=code_points())
        cutter.subset(font)
        mono = "Mono" in name
        narrow_space(font, font["hmtx"]["space"][0] if mono else font["head"].unitsPerEm // 4)
        style = name.split("-")[1]
        for record in font["name"].names:
            said = {1: family, 4: f"{family} {style}", 6: f"{family.replace(' ', '')}-{style}"}
            if record.nameID in said:
                record.string = said[record.nameID]
        font["head"].modified = font["head"].created
        font.recalcTimestamp = False
        font.save(Path(__file__).parent / f"chart-{name.lower()}.ttf")


main(sys.argv[1])
