"""`python3 -m castingops {up,test,bench,ops}`: the one door, on a bare machine too."""
import sys

# An old Python must get this far to be told; the rest of the package may use newer syntax.
if not (3, 11) <= sys.version_info[:2] <= (3, 12):
    sys.exit(
        "castingops needs Python 3.11 or 3.12, and this is {}.{}: start it with `python3.11 -m castingops`, "
        "or install the package python3.11 first.".format(*sys.version_info[:2])
    )

from castingops.bootstrap.commands import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
