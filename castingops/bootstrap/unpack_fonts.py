"""`python unpack_fonts.py a.woff2 a.ttf …`: run by the environment's interpreter, which has fontTools."""
import sys

from fontTools.ttLib import TTFont


def main(pairs: list[str]) -> None:
    """Write each woff2 file as TrueType."""
    for source, target in zip(pairs[::2], pairs[1::2], strict=True):
        font = TTFont(source, recalcTimestamp=False)
        font.flavor = None
        font.save(target)


if __name__ == "__main__":
    main(sys.argv[1:])
