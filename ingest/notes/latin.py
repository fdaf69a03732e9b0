"""Text in any alphabet in, the same in plain Latin letters out, where there is a usual way to write it."""

import unicodedata

# Letters that Unicode does not decompose into a plain one and its accent, and alphabets with a usual spelling in ours.
SPELLED = """
ß=ss ø=o æ=ae œ=oe ł=l đ=d ð=d þ=th ı=i ħ=h
а=a б=b в=v г=g д=d е=e з=z и=i й=y к=k л=l м=m н=n о=o п=p р=r с=s т=t у=u ф=f ы=y э=e і=i
ж=zh х=kh ц=ts ч=ch ш=sh щ=shch ю=yu я=ya є=ye ъ= ь=
α=a β=v γ=g δ=d ε=e ζ=z η=i ι=i κ=k λ=l μ=m ν=n ο=o π=p ρ=r σ=s ς=s τ=t υ=y φ=f ω=o θ=th ξ=x χ=ch ψ=ps
"""
LETTERS = {letter: spelled for letter, _, spelled in (pair.partition("=") for pair in SPELLED.split())}
LETTERS |= {letter.upper(): spelled.title() for letter, spelled in LETTERS.items() if letter not in "ßς"}
SPELL = str.maketrans(LETTERS)


def latin(text: str) -> str:
    """`text` with accents off and other letters spelled in ours: "Øredev" gives "Oredev", "Ольга" "Olga". Scripts
    without such a spelling stay."""
    if text.isascii():
        return text
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFC", text).translate(SPELL))
    return "".join(c for c in decomposed if not unicodedata.combining(c)).translate(SPELL)
