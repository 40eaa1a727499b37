"""The coarse subjects that the built-in describer may name, and the ImageNet classes that each stands for.

A fine label is wrong in embarrassing ways ("prison" for a street in Arezzo), a coarse one is usually right:
the probabilities of its classes are summed. Two levels: the finer is taken when the network is sure of it,
else the wider one. Nothing here says who a person is, or what sex or age; weapons, medicine and underwear are
left out because naming them wrongly does harm. Class numbers: ILSVRC 2012, 0 to 999.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

SURE = 0.40  # summed probability from which a subject may be named


@dataclass(frozen=True, slots=True)
class Subject:
    """`phrase` completes "A photo of ..."; `tag` is its hashtag, without the sign."""

    phrase: str
    tag: str
    classes: frozenset[int]


def _subject(phrase: str, tag: str, *classes: int | range) -> Subject:
    return Subject(phrase, tag, frozenset(chain.from_iterable(_numbers(classes))))


def _numbers(classes: Iterable[int | range]) -> Iterable[Iterable[int]]:
    return (each if isinstance(each, range) else (each,) for each in classes)


FINE = (
    _subject("bread", "bread", 930, 931, 932),
    _subject("a dessert", "dessert", 927, 928, 929, 960),
    _subject("pizza", "pizza", 963),
    _subject("vegetables", "vegetables", range(936, 947)),
    _subject("fruit", "fruit", range(948, 958)),
    _subject("mushrooms", "mushrooms", 947, range(991, 998)),
    _subject("coffee", "coffee", 504, 505, 550, 967),
    _subject("wine", "wine", 907, 966),
    _subject("beer", "beer", 440, 441),
    _subject("a cat", "cat", range(281, 286)),
    _subject("a dog", "dog", range(151, 269)),
    _subject("a horse", "horse", 339),
    _subject("a bird", "bird", range(7, 25), range(80, 101), range(127, 147)),
    _subject("a butterfly", "butterfly", range(321, 327)),
    _subject("flowers", "flowers", 984, 985, 986),
    _subject("mountains", "mountains", 970, 980),
    _subject("the waterside", "water", 460, 718, range(975, 979)),
    _subject("a bridge", "bridge", 821, 839, 888),
    _subject("a boat", "boat", 472, 484, 510, 554, 576, 625, 628, 724, 780, 814, 871, 914),
    _subject("a car", "car", 436, 468, 511, 609, 627, 656, 661, 717, 751, 817),
    _subject("a bicycle", "bicycle", 444, 671),
    _subject("a motorcycle", "motorcycle", 665, 670),
    _subject("a train", "train", 466, 547, 705, 820, 829),
    _subject("an aeroplane", "aviation", 404),  # 908, a wing, is seen from inside: no aeroplane in it
    _subject("a rocket", "space", 657, 744, 812),
    _subject("a guitar", "guitar", 402, 546),
    _subject("books", "books", 453, 454, 624, 921),
    _subject("shoes", "shoes", 502, 514, 630, 770, 774, 788),
    _subject("jewellery", "jewellery", 679),
    _subject("a watch", "watch", 531, 826),
)

WIDE = (
    _subject("food", "food", 415, 467, 499, 509, 582, 659, 809, range(923, 958), range(959, 966), 909,
        567),
    _subject("drinks", "drinks", 440, 441, 504, 505, 550, 572, 898, 901, 907, range(966, 970)),
    _subject("an animal", "animals", range(1, 25), range(80, 101), range(127, 299), range(330, 389)),
    _subject("plants", "plants", 580, 738, range(984, 987), 989),
    _subject("buildings", "architecture", 425, 437, 442, 449, 483, 497, 500, 538, 663, 668, 698, 832,
        853, 858, 873),
    _subject("a landscape", "landscape", 460, 718, 958, 970, 972, range(974, 981)),
    _subject("a vehicle", "vehicles", 407, 436, 444, 466, 468, 475, 479, 511, 547, 555, 569, 573, 575,
        581, 609, 627, 654, 656, 661, 665, 670, 671, 675, 705, 717, 734, 751, 757, 779, 803, 817, 820,
        829, 864, 866, 867, 870, 874),
    _subject("furniture", "interior", 423, 453, 493, 495, 516, 520, 526, 532, 548, 553, 559, 564, 703,
        765, 831, 846, 894),
    _subject("clothing", "fashion", 411, 474, 501, 515, 568, 578, 601, 608, 610, 614, 655, 689, 735,
        806, 808, 824, 834, 841, 869, 906, 911),
    _subject("musical instruments", "music", 401, 402, 420, 432, 486, 513, 541, 546, 558, 566, 579, 593,
        594, 641, 642, 683, 684, 687, 699, 776, 822, 875, 881, 889),
    # Screens are left out: anything flat and grey looks like one.
    _subject("technology", "technology", 487, 508, 527, 590, 592, 605, 620, 662, 673, 681, 742, 759),
    _subject("sports equipment", "sports", 422, 429, 430, 522, 543, 574, 722, 746, 752, 768, 795, 805,
        852, 890),
    _subject("a restaurant or a shop", "local", 424, 454, 467, 509, 582, 762, 788, 860, 865),
)  # fmt: skip


def subject_of(probabilities: Sequence[float]) -> Subject | None:
    """What the picture shows, when that is sure; the finer word first."""
    for level in (FINE, WIDE):
        share, best = max(((share_of(probabilities, each), each) for each in level), key=lambda pair: pair[0])
        if share >= SURE:
            return best
    return None


def share_of(probabilities: Sequence[float], subject: Subject) -> float:
    """The summed probability of a subject's classes."""
    return sum(probabilities[number] for number in subject.classes)
