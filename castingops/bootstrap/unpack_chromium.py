"""`python unpack_chromium.py <package> <folder>`: run by the environment's interpreter, which has brotli."""
import io
import sys
import tarfile
from pathlib import Path

import brotli


def main(package: Path, folder: Path) -> None:
    """Unpack the browser, the libraries it wants and its software renderer into `folder`."""
    for name in ("al2023", "swiftshader"):
        packed = (package / "bin" / f"{name}.tar.br").read_bytes()
        with tarfile.open(fileobj=io.BytesIO(brotli.decompress(packed))) as archive:
            archive.extraction_filter = getattr(tarfile, "data_filter", None)  # Python 3.11.2 may lack it
            archive.extractall(folder / name if name == "al2023" else folder)
    program = folder / "chromium"
    program.write_bytes(brotli.decompress((package / "bin" / "chromium.br").read_bytes()))
    program.chmod(0o755)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
