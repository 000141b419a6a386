"""Jokes, poems and small facts, our own wording."""

__all__ = ["FACTS", "JOKES", "POEMS", "RIDDLES", "SONGS"]

JOKES = (
    "Why did the packet cross the network? Because it had lost its way home.",
    "I told my clock a joke. It laughed ten seconds later.",
    "What does a cloud wear under its coat? Thunderwear.",
    "Two silences meet. They have nothing to say to each other, and get on very well.",
    "Why was the mathematics book so sad? It had too many problems.",
    "A socket walks into a bar. The bartender says: we are closed. The socket says: I "
    "will try again later.",
    "What did the zero say to the eight? Nice belt.",
    "Why do bees hum? They have forgotten the words.",
    "My neighbor wanted to be a mirror. Now he can see himself doing it.",
    "How does the ocean say hello? It waves.",
    "A programmer was asked to bring a loaf of bread, and if there were eggs, a "
    "dozen. He came home with twelve loaves.",
    "Why did the scarecrow get a prize? It was outstanding in its field.",
    "What is orange and sounds like a parrot? A carrot.",
    "I would tell you a joke about latency, but you would not get it in time.",
    "Why can a bicycle not stand up by itself? It is two tired.",
    "What do you call a bear without teeth? A gummy bear.",
)

RIDDLES = (
    "What has hands but can not clap? A clock.",
    "What gets wetter the more it dries? A towel.",
    "What has a neck but no head? A bottle.",
    "What can travel around the world while staying in its corner? A stamp.",
    "What is full of holes and still holds water? A sponge.",
)

FACTS: tuple[tuple[str, str], ...] = (
    ("octopus", "An octopus has three hearts."),
    ("honey", "Honey that is kept dry and closed can last for centuries."),
    ("venus", "A day on Venus, one full turn, takes longer than its year."),
    ("moon", "The moon always shows us nearly the same side."),
    ("sun", "Light from the sun takes a little more than eight minutes to reach us."),
    ("whale", "The heart of a blue whale weighs more than a hundred kilograms."),
    ("giraffe", "A giraffe has seven bones in its neck, as many as you have."),
    ("bee", "Bees tell each other where flowers are by dancing."),
    ("penguin", "Penguins can not fly, but they swim faster than any person."),
    ("elephant", "Elephants can not jump, at least not with all four feet."),
    ("water", "Water expands when it freezes, and so ice floats."),
    ("sea", "More than half of the Earth lies under the sea."),
    ("sound", "Sound travels about four times as fast in water as in air."),
    ("light", "In one second light could go around the Earth seven times."),
    ("chess", "After four moves each, a game of chess can have gone billions of ways."),
    ("zero", "Roman numerals have no sign for zero."),
    ("iceland", "Iceland has hardly any forests and no railways."),
    ("france", "France has more time zones than any other country, with its islands."),
    ("tree", "The oldest living trees are more than four thousand years old."),
    ("cat", "A cat spends well over half of its life asleep."),
    ("snail", "A garden snail needs about a day for a kilometer, if it hurries."),
    ("banana", "For a botanist a banana is a berry, and a strawberry is not."),
    ("telephone", "The first words on a telephone asked an assistant to come over."),
    ("voice", "A voice can be understood with eight thousand numbers per second."),
    ("ear", "The smallest bone of the human body sits in the ear."),
    ("mars", "The highest known volcano of the solar system stands on Mars."),
    ("saturn", "Saturn is so light for its size that it would float on water."),
    ("jupiter", "Jupiter is heavier than all the other planets together."),
    ("owl", "Owls can not move their eyes, and so they turn their heads."),
    ("ant", "There are more ants on Earth than anyone has been able to count."),
    ("rain", "A raindrop is not shaped like a tear; small ones are round."),
    ("bird", "Some swifts stay in the air for many months without landing."),
)

POEMS = (
    "The evening leaves its light ajar, the kettle starts to sing; a moth goes "
    "looking for "
    "a star, and finds a smaller thing.\nA window glows across the way, and somebody "
    "comes "
    "home. The last word of a long, long day is not said quite alone.",
    "A word went out into the rain, it had no coat, no hat; it came to one small "
    "window "
    "pane, and there it stopped and sat.\nAnd somebody looked up and heard, and "
    "opened, and "
    "was still. It is not much, a single word. It waits upon the sill.",
    "The sea comes in, the sea goes out, it never minds the hour. It draws a house of "
    "foam "
    "and doubt, and takes away the tower.\nAnd every child upon the shore builds up "
    "again "
    "at dawn what was so beautiful before, and will tonight be gone.",
    "I met the wind upon the hill, it asked me for my name. I told it twice, and it "
    "stood "
    "still, and then it said the same.\nSo now, when branches sway and bend, and no "
    "one can "
    "say why, there is a voice that has a friend, and passes, and says hi.",
)

SONGS = (
    "La la la, I have no tune, but here are words for one: the day was long, the "
    "night is soon, and all the work is done.",
    "I hum along, I hum along, a wire is all I own; but every word becomes a song for "
    "someone on the phone.",
)
