"""Which of some words are ordinary ones of a language, by the dictionaries of `simplemma` (54 languages, offline).

A dictionary takes up to a second and 110 MB to read. It is read when it is needed, and let go again; what it said of
the same words is remembered.
"""

from __future__ import annotations

from functools import lru_cache


@lru_cache(maxsize=1000)
def ordinary(words: frozenset[str], language: str) -> frozenset[str]:
    """Those of `words` (lower case) that stand in the dictionary of `language` (ISO 639-1); none without one."""
    from simplemma.strategies.dictionaries.dictionary_factory import SUPPORTED_LANGUAGES, DefaultDictionaryFactory

    if not words or language not in SUPPORTED_LANGUAGES:
        return frozenset()
    dictionary = DefaultDictionaryFactory(cache_max_size=0).get_dictionary(language)
    # A noun stands there as it is written: with a capital in German.
    return frozenset(word for word in words if any(form in dictionary for form in {word, word.capitalize()}))


def has_dictionary(language: str) -> bool:
    """Is there one of `language` (ISO 639-1)?"""
    from simplemma.strategies.dictionaries.dictionary_factory import SUPPORTED_LANGUAGES

    return language in SUPPORTED_LANGUAGES
