"""Run with: python3 -m unittest"""

import unittest

from main import most_common


class MostCommon(unittest.TestCase):
    def test_counts_without_regard_to_case(self) -> None:
        self.assertEqual(most_common("One two ONE.", 1), [("one", 2)])

    def test_an_empty_text_has_no_words(self) -> None:
        self.assertEqual(most_common("  \n"), [])


if __name__ == "__main__":
    unittest.main()
