"""Word lists: what the brain knows of names, things and function words.

All words are lower case and in the recogniser's (American) spelling.
"""

__all__ = [
    "ANIMALS",
    "CITIES",
    "COLORS",
    "COUNTRIES",
    "FIRST_NAMES",
    "FOODS",
    "INTRODUCERS",
    "LANGUAGES",
    "MONTHS",
    "PLANETS",
    "PLACES",
    "PROPER_NOUNS",
    "ROOMS",
    "STOP_WORDS",
    "WEEKDAYS",
]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _phrases(text: str) -> frozenset[str]:
    return frozenset(" ".join(phrase.split()) for phrase in text.split(","))


FIRST_NAMES = _words(
    """
    ada adam alan alex alice amy andrew anna anne barbara ben bob brian carol
    charles charlie chris clara dan daniel david diana edward ella emily emma eric
    eva frank fred george grace hannah harry helen henry ivan jack jacob jade james
    jane jason jim joe john julia karen kate kevin laura leo linda lisa louis lucy
    luke maria mark martha martin mary max maya michael mike nancy nick nina noah
    nora oliver olivia oscar paul peter rachel ralph rebecca richard robert rosa
    rose ruth sally sam samuel sarah sofia sophie steve susan thomas tim tom tony
    victor william zoe
    """
)

CITIES = _phrases(
    """
    amsterdam, athens, barcelona, beijing, berlin, bombay, boston, brussels, cairo,
    chicago, copenhagen, dallas, delhi, denver, dublin, edinburgh, florence, geneva,
    hamburg, helsinki, hong kong, istanbul, jerusalem, lisbon, london, los angeles,
    madrid, manchester, melbourne, mexico city, miami, milan, montreal, moscow,
    mumbai, munich, nairobi, naples, new york, new delhi, oslo, oxford, paris,
    philadelphia, prague, rome, san francisco, seattle, seoul, shanghai, singapore,
    stockholm, sydney, tokyo, toronto, vancouver, venice, vienna, warsaw,
    washington, zurich
    """
)

COUNTRIES = _phrases(
    """
    america, argentina, australia, austria, belgium, brazil, canada, chile, china,
    cuba, denmark, egypt, england, finland, france, germany, greece, hungary,
    iceland, india, indonesia, ireland, israel, italy, jamaica, japan, kenya,
    mexico, morocco, nepal, new zealand, nigeria, norway, peru, poland, portugal,
    russia, scotland, south africa, south korea, spain, sweden, switzerland,
    thailand, the netherlands, the united states, turkey, ukraine, vietnam, wales
    """
)

PLACES = frozenset(
    place.removeprefix("the ") for place in CITIES | COUNTRIES
) | _phrases("california, texas, florida, europe, asia, africa, mountain view")

COLORS = _words(
    "red orange yellow green blue purple violet pink brown black white gray "
    "silver gold turquoise"
)

ANIMALS = _words(
    "cat dog horse cow sheep goat pig lion tiger bear wolf fox rabbit mouse "
    "elephant giraffe monkey penguin owl eagle duck goose chicken whale dolphin "
    "shark turtle frog snake bee spider ant butterfly"
)

FOODS = _words(
    "apples bananas bread butter cake carrots cheese chicken chocolate coffee eggs "
    "fish flour garlic honey juice lemons milk mushrooms onions oranges pasta "
    "pears pepper pizza potatoes rice salad salt soup spinach strawberries sugar "
    "tea tomatoes water wine yogurt"
)

ROOMS = _phrases(
    """
    bathroom, bedroom, kitchen, living room, dining room, office, garage, garden,
    hall, hallway, basement, attic, study, nursery, porch
    """
)

LANGUAGES = _words(
    "english french german spanish italian portuguese dutch swedish danish polish "
    "russian turkish arabic hindi chinese japanese korean greek latin"
)

PLANETS = (
    "mercury",
    "venus",
    "earth",
    "mars",
    "jupiter",
    "saturn",
    "uranus",
    "neptune",
)

MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)

WEEKDAYS = (
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
)

# Words that name something and are also everyday words stay lower case.
_EVERYDAY = _words("may march mark rose grace max frank jade will turkey the of")

PROPER_NOUNS = (
    FIRST_NAMES
    | LANGUAGES
    | frozenset(PLANETS)
    | frozenset(MONTHS)
    | frozenset(WEEKDAYS)
    | frozenset(word for place in PLACES for word in place.split())
    | _words("christmas easter halloween gemini google")
) - (_EVERYDAY | _words("new south hong city view earth the united states"))

INTRODUCERS = _words(
    "what who where when why how which whose is are was were do does did can "
    "could would will shall should please tell and but because so then if or "
    "while my your i we you nice remember let"
)
"""Words that begin something new: a name or a short value ends before them."""

STOP_WORDS = _words(
    """
    a about am an and are as at be been being but by can could did do does for from
    had has have he her here him his how i if in into is it its just let may me
    mine my no not now of oh ok okay on or our out please shall she should so some
    than that the their them then there these they this those to too up us very was
    we were what when where which who whom whose why will with would yes you your
    yours
    """
)
