"""The decimal sign and the list separator of a locale, and of this machine."""

import os
import re
import subprocess
import sys
from contextlib import suppress

# What spreadsheet programs separate cells by.
SEPARATORS = (",", ";", "\t")

# Languages that write 0,5, and the regions that differ from their language. From the Unicode CLDR,
# for digits of the Latin script; a test compares them with Babel, which has the CLDR in 36 MB.
_COMMA = """
    ady af agq ast az ba bas be bg blo br bs bua ca cs cv da de dsb dua dyo el eo es et eu ewo ff fi fo
    fr fy gl hr hsb ht hu hy ia id ie is it jgo jv ka kab kbd kea kgp kk kkj kl ksf ku ky lb lij lld ln
    lo lt lu lv mgh mk mua nb nl nmg nn nnh no nr pl pms ps pt rm rn ro ru rw sah sc scn se seh sg shi
    sk sl smn sq sr ss su sv tg tk tok tr ts tt tzm uk uz ve vec vi wo yav yrl zgh
"""
_OTHERWISE = """
    ar_DZ ar_LB ar_LY ar_MA ar_MR ar_TN de_CH de_LI en_AT en_BE en_CZ en_DE en_DK en_EE en_ES en_FI
    en_FR en_GE en_HU en_ID en_IT en_LT en_LV en_NL en_NO en_PL en_PT en_RO en_SE en_SI en_SK en_UA
    en_ZA es_419 es_BR es_BZ es_CU es_DO es_GT es_HN es_MX es_NI es_PA es_PE es_PR es_SV es_US fr_RW
    it_CH ms_BN ms_ID qu_BO sw_CD
"""


def decimal_sign(locale: str) -> str:
    """Return the decimal sign of a locale such as `de_DE`, `de-DE` or `de_DE.UTF-8`."""
    language, *others = re.split("[.@]", locale)[0].replace("-", "_").split("_")
    region = f"{language.lower()}_{others[-1].upper()}" if others else ""
    return "," if (language.lower() in _COMMA.split()) != (region in _OTHERWISE.split()) else "."


def list_separator(decimal: str) -> str:
    """Return what spreadsheet programs separate cells by, where a decimal sign is in use."""
    return ";" if decimal == "," else ","


def machine_signs() -> tuple[str, str]:
    """Return the list separator and the decimal sign of this machine's user."""
    if sys.platform == "win32":
        import winreg  # noqa: PLC0415 - Only Windows has it.

        # Where Excel takes them from; a user may have set each by itself.
        with (
            suppress(OSError),
            winreg.OpenKey(winreg.HKEY_CURRENT_USER, r"Control Panel\International") as key,
        ):
            separator = str(winreg.QueryValueEx(key, "sList")[0])
            decimal = str(winreg.QueryValueEx(key, "sDecimal")[0])
            if separator in SEPARATORS and decimal in (".", ",") and separator != decimal:
                return separator, decimal
    decimal = decimal_sign(_machine_locale())
    return list_separator(decimal), decimal


def _machine_locale() -> str:
    variables = (os.environ.get(name, "") for name in ("LC_ALL", "LC_NUMERIC", "LANG"))
    named = next(filter(None, variables), "")
    if sys.platform == "darwin" and named in ("", "C", "C.UTF-8"):
        # A service has no such variables there.
        with suppress(OSError):
            found = subprocess.run(
                ["defaults", "read", "-g", "AppleLocale"],
                capture_output=True,
                text=True,
                check=False,
            )
            return found.stdout.strip()
    return named
