"""Counts the words of a text. Press Run, or: python3 main.py some-file.txt"""

import sys
from collections import Counter
from pathlib import Path


def most_common(text: str, count: int = 5) -> list[tuple[str, int]]:
    """The most frequent words of a text, without regard to case."""
    words = (word.strip(".,;:!?\"'()").lower() for word in text.split())
    return Counter(word for word in words if word).most_common(count)


def main() -> None:
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_name("sample.txt")
    for word, times in most_common(path.read_text(encoding="utf-8")):
        print(f"{times:4}  {word}")


if __name__ == "__main__":
    main()
