"""The few facts the brain knows by heart, in canonical words."""

__all__ = [
    "ANIMAL_SOUNDS",
    "ANSWERS",
    "AUTHORS",
    "CAPITALS",
    "COLORS_OF",
    "LANGUAGES_OF",
    "LEGS",
    "OPPOSITES",
    "PHRASES",
    "SYMBOLS",
]

CAPITALS = {
    "argentina": "Buenos Aires",
    "australia": "Canberra",
    "austria": "Vienna",
    "belgium": "Brussels",
    "brazil": "Brasilia",
    "canada": "Ottawa",
    "chile": "Santiago",
    "china": "Beijing",
    "cuba": "Havana",
    "denmark": "Copenhagen",
    "egypt": "Cairo",
    "england": "London",
    "finland": "Helsinki",
    "france": "Paris",
    "germany": "Berlin",
    "greece": "Athens",
    "hungary": "Budapest",
    "iceland": "Reykjavik",
    "india": "New Delhi",
    "ireland": "Dublin",
    "italy": "Rome",
    "jamaica": "Kingston",
    "japan": "Tokyo",
    "kenya": "Nairobi",
    "mexico": "Mexico City",
    "morocco": "Rabat",
    "nepal": "Kathmandu",
    "new zealand": "Wellington",
    "nigeria": "Abuja",
    "norway": "Oslo",
    "peru": "Lima",
    "poland": "Warsaw",
    "portugal": "Lisbon",
    "russia": "Moscow",
    "scotland": "Edinburgh",
    "south korea": "Seoul",
    "spain": "Madrid",
    "sweden": "Stockholm",
    "switzerland": "Bern",
    "thailand": "Bangkok",
    "the netherlands": "Amsterdam",
    "the united kingdom": "London",
    "the united states": "Washington",
    "america": "Washington",
    "turkey": "Ankara",
    "ukraine": "Kyiv",
    "vietnam": "Hanoi",
    "wales": "Cardiff",
}

LANGUAGES_OF = {
    "argentina": "Spanish",
    "austria": "German",
    "brazil": "Portuguese",
    "chile": "Spanish",
    "china": "Chinese",
    "cuba": "Spanish",
    "denmark": "Danish",
    "egypt": "Arabic",
    "england": "English",
    "france": "French",
    "germany": "German",
    "greece": "Greek",
    "hungary": "Hungarian",
    "iceland": "Icelandic",
    "italy": "Italian",
    "japan": "Japanese",
    "mexico": "Spanish",
    "poland": "Polish",
    "portugal": "Portuguese",
    "russia": "Russian",
    "spain": "Spanish",
    "sweden": "Swedish",
    "turkey": "Turkish",
}

OPPOSITES = {
    "hot": "cold",
    "big": "small",
    "up": "down",
    "left": "right",
    "light": "dark",
    "fast": "slow",
    "high": "low",
    "old": "young",
    "happy": "sad",
    "open": "closed",
    "day": "night",
    "black": "white",
    "good": "bad",
    "long": "short",
    "loud": "quiet",
    "wet": "dry",
    "full": "empty",
    "hard": "soft",
    "rich": "poor",
    "strong": "weak",
    "early": "late",
    "near": "far",
    "summer": "winter",
    "north": "south",
    "east": "west",
    "true": "false",
    "love": "hate",
    "first": "last",
    "heavy": "light",
    "easy": "difficult",
}

ANIMAL_SOUNDS = {
    "cat": "meow",
    "dog": "woof",
    "cow": "moo",
    "sheep": "baa",
    "goat": "baa",
    "horse": "neigh",
    "pig": "oink",
    "duck": "quack",
    "goose": "honk",
    "rooster": "cock a doodle doo",
    "chicken": "cluck",
    "owl": "hoot",
    "lion": "roar",
    "tiger": "roar",
    "bear": "growl",
    "wolf": "howl",
    "snake": "hiss",
    "bee": "buzz",
    "frog": "croak",
    "mouse": "squeak",
    "donkey": "hee haw",
}

LEGS = {
    "spider": 8,
    "insect": 6,
    "ant": 6,
    "bee": 6,
    "butterfly": 6,
    "octopus": 8,
    "dog": 4,
    "cat": 4,
    "horse": 4,
    "cow": 4,
    "elephant": 4,
    "bird": 2,
    "chicken": 2,
    "duck": 2,
    "human": 2,
    "snake": 0,
    "fish": 0,
    "crab": 10,
    "table": 4,
}

SYMBOLS = {
    "hydrogen": "H",
    "helium": "H e",
    "carbon": "C",
    "nitrogen": "N",
    "oxygen": "O",
    "sodium": "N a",
    "iron": "F e",
    "copper": "C u",
    "silver": "A g",
    "gold": "A u",
    "lead": "P b",
    "mercury": "H g",
    "tin": "S n",
    "potassium": "K",
    "water": "H two O",
}

COLORS_OF = {
    "the sky": "blue",
    "grass": "green",
    "the grass": "green",
    "snow": "white",
    "the sun": "white, though it looks yellow through our air",
    "a banana": "yellow",
    "bananas": "yellow",
    "a lemon": "yellow",
    "lemons": "yellow",
    "blood": "red",
    "coal": "black",
    "milk": "white",
    "a tomato": "red, once it is ripe",
    "tomatoes": "red, once they are ripe",
    "an orange": "orange",
    "a carrot": "orange, as a rule",
    "carrots": "orange, as a rule",
    "chocolate": "brown",
    "the sea": "blue, and sometimes green or gray",
    "an elephant": "gray",
    "a polar bear": "white to look at, with black skin below",
    "mars": "a rusty red",
    "an emerald": "green",
    "a ruby": "red",
}

AUTHORS = {
    "romeo and juliet": "William Shakespeare",
    "hamlet": "William Shakespeare",
    "macbeth": "William Shakespeare",
    "don quixote": "Miguel de Cervantes",
    "pride and prejudice": "Jane Austen",
    "emma": "Jane Austen",
    "oliver twist": "Charles Dickens",
    "a christmas carol": "Charles Dickens",
    "great expectations": "Charles Dickens",
    "moby dick": "Herman Melville",
    "frankenstein": "Mary Shelley",
    "dracula": "Bram Stoker",
    "war and peace": "Leo Tolstoy",
    "anna karenina": "Leo Tolstoy",
    "faust": "Johann Wolfgang von Goethe",
    "the odyssey": "Homer",
    "alice in wonderland": "Lewis Carroll",
    "treasure island": "Robert Louis Stevenson",
    "the adventures of tom sawyer": "Mark Twain",
    "tom sawyer": "Mark Twain",
    "the raven": "Edgar Allan Poe",
    "jane eyre": "Charlotte Bronte",
    "the little mermaid": "Hans Christian Andersen",
}

ANSWERS: tuple[tuple[tuple[str, ...], str], ...] = (
    (
        (
            "how far is the moon",
            "how far away is the moon",
            "how far is it to the moon",
            "what is the distance to the moon",
        ),
        "The moon is about three hundred and eighty-four thousand kilometers away.",
    ),
    (
        ("how far is the sun", "how far away is the sun", "how far is it to the sun"),
        "The sun is about one hundred and fifty million kilometers away.",
    ),
    (
        ("how fast is light", "what is the speed of light"),
        "Light travels almost three hundred thousand kilometers in a second.",
    ),
    (
        ("how fast is sound", "what is the speed of sound"),
        "In air, sound travels about three hundred and forty meters in a second.",
    ),
    (
        ("how many planets are there", "how many planets are in the solar system"),
        "There are eight planets in the solar system.",
    ),
    (
        ("how many continents are there", "how many continents are in the world"),
        "There are seven continents, as they are usually counted.",
    ),
    (
        ("how many oceans are there",),
        "There are five oceans, as they are usually counted.",
    ),
    (
        ("what is the largest planet", "which planet is the largest")
        + ("what is the biggest planet", "which is the biggest planet"),
        "Jupiter is the largest planet of the solar system.",
    ),
    (
        ("what is the smallest planet", "which planet is the smallest"),
        "Mercury is the smallest planet of the solar system.",
    ),
    (
        ("which planet is closest to the sun", "what planet is closest to the sun"),
        "Mercury is the planet closest to the sun.",
    ),
    (
        ("what is the largest ocean", "what is the biggest ocean"),
        "The Pacific is the largest ocean.",
    ),
    (
        ("what is the highest mountain", "what is the tallest mountain")
        + ("what is the highest mountain in the world",)
        + ("what is the tallest mountain in the world",),
        "Mount Everest is the highest mountain above the sea.",
    ),
    (
        ("how tall is mount everest", "how high is mount everest"),
        "Mount Everest is eight thousand eight hundred and forty-nine meters high.",
    ),
    (
        ("what is the largest animal", "what is the biggest animal")
        + ("what is the biggest animal in the world",)
        + ("what is the largest animal in the world",),
        "The blue whale is the largest animal there is.",
    ),
    (
        ("what is the fastest animal", "what is the fastest animal on land"),
        "On land the cheetah is the fastest animal.",
    ),
    (
        ("what is the tallest animal",),
        "The giraffe is the tallest animal.",
    ),
    (
        ("what is the largest country", "what is the biggest country")
        + ("what is the largest country in the world",),
        "Russia is the largest country by area.",
    ),
    (
        ("how many seconds are in a minute", "how many seconds are there in a minute")
        + ("how many seconds has a minute",),
        "A minute has sixty seconds.",
    ),
    (
        ("how many minutes are in an hour", "how many minutes are there in an hour")
        + ("how many minutes has an hour",),
        "An hour has sixty minutes.",
    ),
    (
        ("how many hours are in a day", "how many hours are there in a day")
        + ("how many hours has a day",),
        "A day has twenty-four hours.",
    ),
    (
        ("how many days are in a week", "how many days are there in a week")
        + ("how many days has a week",),
        "A week has seven days.",
    ),
    (
        ("how many weeks are in a year", "how many weeks are there in a year"),
        "A year has fifty-two weeks and a day, or two days in a leap year.",
    ),
    (
        ("how many months are in a year", "how many months are there in a year"),
        "A year has twelve months.",
    ),
    (
        ("when did man land on the moon", "when was the first moon landing")
        + ("when was the moon landing", "when did the first man walk on the moon"),
        "The first landing of people on the moon was on the twentieth of July, "
        "nineteen sixty-nine.",
    ),
    (
        ("who was the first man on the moon", "who was the first person on the moon"),
        "Neil Armstrong was the first person on the moon.",
    ),
    (
        ("who painted the mona lisa",),
        "Leonardo da Vinci painted the Mona Lisa.",
    ),
    (
        ("who invented the telephone",),
        "Alexander Graham Bell got the patent for the telephone; others had worked on "
        "it too.",
    ),
    (
        ("who invented the light bulb",),
        "Many people worked on it; Thomas Edison made the light bulb practical.",
    ),
    (
        ("why is the sky blue",),
        "Air scatters blue light more than red light, so blue reaches us from every "
        "side.",
    ),
    (
        ("at what temperature does water boil", "when does water boil")
        + ("what is the boiling point of water",),
        "At sea level water boils at one hundred degrees Celsius.",
    ),
    (
        ("at what temperature does water freeze", "when does water freeze")
        + ("what is the freezing point of water",),
        "Water freezes at zero degrees Celsius.",
    ),
    (
        ("how many bones are in the human body", "how many bones do i have")
        + ("how many bones does a human have",),
        "A grown human has two hundred and six bones.",
    ),
    (
        ("what is pi", "what is the value of pi", "what is the number pi"),
        "Pi is about three point one four one five nine.",
    ),
    (
        ("what is a prime number",),
        "A prime number is a whole number above one that only one and itself divide.",
    ),
    (
        ("what is the meaning of life", "what is the answer to everything"),
        "Forty-two, says a well known book. I would add: good company.",
    ),
    (
        ("how many people live on earth", "how many people are there on earth")
        + ("how many people are there", "how many people are in the world"),
        "A little over eight billion people live on Earth.",
    ),
    (
        ("what do bees make", "what do bees produce"),
        "Bees make honey and wax.",
    ),
    (
        ("what does a cow drink", "what do cows drink"),
        "Cows drink water. Milk is what they give.",
    ),
    (
        ("what is h two o", "what is h 2 o", "what is h2o"),
        "That is water.",
    ),
    (
        ("which came first the chicken or the egg",)
        + ("what came first the chicken or the egg",),
        "Eggs came first: there were eggs long before there were chickens.",
    ),
    (
        ("what is websocket", "what is a websocket", "what is a web socket"),
        "A WebSocket is a connection on which both sides can send messages at any "
        "time. We are talking over one now.",
    ),
    (
        ("what is barge in", "what is an interruption", "what is a barge in")
        + ("how does barge in work", "how do i interrupt you", "can i interrupt you"),
        "It means that you may speak while I am speaking: I stop at once and listen.",
    ),
    (
        ("what is an emulator", "what is the emulator", "what does an emulator do"),
        "An emulator behaves like something else. I behave like the Gemini Live API, "
        "so that programs can be tried out without a key and without a network.",
    ),
    (
        ("what is the live api", "what is the gemini live api"),
        "It is the interface through which programs talk with Gemini in real time, by "
        "speech, text and video. I emulate it on this machine.",
    ),
)

PHRASES: dict[str, dict[str, str]] = {
    "hello": {
        "german": "Guten Tag",
        "french": "Bonjour",
        "spanish": "Hola",
        "italian": "Ciao",
        "portuguese": "Ol\u00e1",
        "dutch": "Hallo",
        "swedish": "Hej",
    },
    "thank you": {
        "german": "Danke",
        "french": "Merci",
        "spanish": "Gracias",
        "italian": "Grazie",
        "portuguese": "Obrigado",
        "dutch": "Dank u",
        "swedish": "Tack",
    },
    "goodbye": {
        "german": "Auf Wiedersehen",
        "french": "Au revoir",
        "spanish": "Adi\u00f3s",
        "italian": "Arrivederci",
        "portuguese": "Adeus",
        "dutch": "Tot ziens",
        "swedish": "Hej d\u00e5",
    },
    "yes": {
        "german": "Ja",
        "french": "Oui",
        "spanish": "S\u00ed",
        "italian": "S\u00ec",
        "portuguese": "Sim",
        "dutch": "Ja",
        "swedish": "Ja",
    },
    "no": {
        "german": "Nein",
        "french": "Non",
        "spanish": "No",
        "italian": "No",
        "portuguese": "N\u00e3o",
        "dutch": "Nee",
        "swedish": "Nej",
    },
    "please": {
        "german": "Bitte",
        "french": "S'il vous pla\u00eet",
        "spanish": "Por favor",
        "italian": "Per favore",
        "portuguese": "Por favor",
        "dutch": "Alstublieft",
    },
    "good morning": {
        "german": "Guten Morgen",
        "french": "Bonjour",
        "spanish": "Buenos d\u00edas",
        "italian": "Buongiorno",
        "portuguese": "Bom dia",
        "dutch": "Goedemorgen",
        "swedish": "God morgon",
    },
    "good night": {
        "german": "Gute Nacht",
        "french": "Bonne nuit",
        "spanish": "Buenas noches",
        "italian": "Buona notte",
        "portuguese": "Boa noite",
        "dutch": "Goede nacht",
        "swedish": "God natt",
    },
}
