"""The fragments stories are made of.

``[one|other]`` is a choice; ``{hero}``, ``{he}``, ``{him}``, ``{his}``, ``{home}``
and ``{quest}`` are filled in. Episodes stand on their own, in any order.
"""

__all__ = [
    "CREATURES",
    "DEPARTURES",
    "ENDINGS",
    "EPISODES",
    "FRAMES",
    "HEROES",
    "HOMES",
    "INTERLUDES",
    "LETTER_DEPARTURE",
    "MALE_NAMES",
    "ONE_SENTENCE",
    "PLACES",
    "QUESTS",
    "SHORT_DEPARTURES",
    "SHORT_ENDINGS",
    "SHORT_FRAMES",
    "TINY_ENDINGS",
    "TRADES",
]

HEROES = (
    ("Tilda", "she"),
    ("Orin", "he"),
    ("Mara", "she"),
    ("Jonas", "he"),
    ("Wren", "she"),
    ("Bram", "he"),
    ("Isla", "she"),
    ("Anton", "he"),
    ("Nell", "she"),
    ("Ruben", "he"),
)

MALE_NAMES = frozenset(
    "adam alan alex andrew ben bob brian charles charlie chris daniel dan david "
    "edward eric frank fred george harry henry ivan jack jacob james jason jim joe "
    "john kevin leo louis luke mark martin max michael mike nick noah oliver oscar "
    "paul peter ralph richard robert sam samuel steve thomas tim tom tony victor "
    "william".split()
)

TRADES = (
    "a clockmaker's apprentice",
    "a young gardener",
    "a letter carrier",
    "a maker of kites",
    "a baker's child",
    "a mender of nets",
)

HOMES = (
    "a village between two hills",
    "a town by a slow green river",
    "a house at the very end of a long road",
    "a small harbor where the boats slept in rows",
)

PLACES = {
    "lighthouse": "an old lighthouse on a rock in the sea",
    "castle": "a castle with more stairs than rooms",
    "forest": "a hut in the middle of a deep forest",
    "woods": "a hut in the middle of the deep woods",
    "island": "an island that was on no map",
    "sea": "a house so near the sea that the windows tasted of salt",
    "ocean": "a house so near the ocean that the windows tasted of salt",
    "beach": "a wooden house on a long white beach",
    "mountain": "a stone house high on a mountain",
    "mountains": "a stone house high in the mountains",
    "city": "a city with a thousand bridges",
    "river": "a boat on a slow green river",
    "lake": "a house on stilts in a quiet lake",
    "garden": "a garden with a wall around it",
    "desert": "a tent at the edge of a desert",
    "farm": "a farm with one crooked gate",
    "library": "a library that had never been read to the end",
    "school": "a school with a very small bell",
    "village": "a village between two hills",
    "train": "a train that had missed its station",
    "ship": "a ship with patched sails",
    "boat": "a boat with a patched sail",
    "harbor": "a small harbor where the boats slept in rows",
    "moon": "a house from which the moon could be touched with a long broom",
    "space": "a tower from which one could see very far into space",
    "winter": "a village where winter stayed until May",
    "snow": "a village where the snow reached up to the windows",
    "summer": "a village where summer smelled of hay and plums",
    "night": "a house where the lamps were lit early",
    "space station": "a space station with one round window",
    "museum": "a museum where the clocks told different times",
    "bridge": "a house built on a bridge",
    "market": "a house behind the market",
    "mill": "a windmill that turned even without wind",
    "zoo": "a zoo where the animals knew everyone by name",
    "rainforest": "a platform high in a rainforest",
}

CREATURES = {
    word: word
    for word in (
        "dragon cat dog fox owl whale horse bear mouse bird rabbit wolf lion tiger "
        "elephant penguin turtle frog duck goose squirrel hedgehog robot princess "
        "prince pirate wizard witch knight sailor king queen astronaut girl boy giant "
        "fairy farmer teacher doctor detective unicorn dinosaur monkey goat sheep cow "
        "dolphin bee butterfly spider snail crow raven ghost troll elf mermaid kitten "
        "puppy fisherman baker gardener painter musician inventor scientist"
    ).split()
}

FRAMES = (
    "In {home} there lived {who} called {hero}. {He} was not the [strongest|fastest|"
    "bravest] in the place, but nobody [listened|looked|waited] more patiently, and "
    "patience, as {his} grandmother used to say, opens doors that keys can not.",
    "Once, in {home}, there lived {who} called {hero}. Every morning {he} opened the "
    "window, wished the [weather|day|neighbors] well, whatever it brought, and thought "
    "that [something|some small adventure] might happen before the evening. Mostly "
    "nothing did.",
    "Long before the road was paved, {who} called {hero} lived in {home}. People came "
    "to {him} with [questions|small sorrows|broken things], because {he} never "
    "laughed at them, and because there was always [soup|tea|bread] on the stove.",
)

SHORT_FRAMES = (
    "In {home} there lived {who} called {hero}.",
    "Once there lived {who} called {hero}, in {home}.",
    "Once there lived {who} called {hero}.",
)

QUESTS = (
    (
        "the silver bell",
        "One night the silver bell of the place vanished, and from then on nobody knew "
        "when to get up, when to eat, or when to stop talking.",
        "There, in the grass, lay the silver bell. It had only gone to see where its "
        "sound went every day.",
    ),
    (
        "the last line of the song",
        "There was an old song that everyone knew, but its last line had been "
        "forgotten, and so nobody dared to begin it any more.",
        "There, on an old stone by the water, stood the last line of the song. It said "
        "that whoever sings it is already home.",
    ),
    (
        "the garden key",
        "Behind the houses there was a garden that had been locked for a hundred "
        "years, and one morning someone noticed that the key was gone.",
        "There hung the garden key, on a nail, in full view, as lost things do. Behind "
        "the gate the apples were just ripe.",
    ),
    (
        "the fallen star",
        "One night a star fell from the sky without a sound, and ever since there had "
        "been a hole in the dark that let the cold in.",
        "There lay the fallen star, no bigger than a plum, and it was rather "
        "embarrassed. It asked to be carried, for it was afraid of heights.",
    ),
    (
        "the blue letter",
        "One day a blue letter came without a name on it, and everyone agreed that it "
        "had to be brought to the one it was meant for.",
        "There the blue letter opened by itself. It was meant for whoever had carried "
        "it so far, and it said no more than thank you.",
    ),
)

DEPARTURES = (
    "So {hero} packed bread, a rope and a pencil, and set out to find {quest}.",
    "So {hero} put on {his} warmest coat and set out to find {quest}.",
    "Somebody had to go, and {hero} was already tying {his} shoes. {He} set out to "
    "find {quest}.",
)

SHORT_DEPARTURES = (
    "One day {he} set out to find {quest}.",
    "One fine morning {he} went out to look for {quest}.",
)

LETTER_DEPARTURE = (
    "So {hero} put the blue letter in {his} pocket and set out.",
    "Somebody had to go, and {hero} was already tying {his} shoes.",
)

EPISODES = (
    "The first who crossed {his} way was a ferryman without a river. It has dried up, "
    "the ferryman said, but I know no other work. {hero} thought for a while. Then "
    "{he} asked to be carried across all the same, and sat down in the boat, and the "
    "ferryman rowed through the dry grass with great care. On the other side he "
    "refused the coin. You are the first passenger in years, he said, and he pointed "
    "out the [shorter|drier|safer] path.",
    "In a [birch wood|beech wood|pine wood] {he} met an owl that was afraid of the "
    "dark. I sleep at night and am tired all day, said the owl, and everyone laughs. "
    "{hero} did not laugh. {He} sat beside the owl through a whole night and named "
    "every noise: that is the wind, that is a branch, that is a mouse who is more "
    "afraid than we are. In the morning the owl flew ahead, and showed {him} the way "
    "out of the wood.",
    "Then came a town in which everybody was in a hurry. People ran with "
    "[parcels|ladders|umbrellas], and nobody could say why. {hero} stopped in the "
    "middle of the square and looked up at the sky. After a minute someone stopped "
    "beside {him}. After an hour the whole town stood there and looked at the clouds. "
    "That one looks like a [ship|bear|teapot], said a child, and for the first time "
    "in years nobody ran home.",
    "At a crossroads stood a signpost whose arms had fallen off. {hero} sat down in "
    "front of it and told it about everything {he} had seen so far. The signpost had "
    "not been spoken to for a very long time. It creaked a little, as old wood does, "
    "and leaned, very slightly, to the [left|right]. {hero} thanked it, propped it up "
    "with a stone, and took that road.",
    "In the evening {he} came to an inn where only one room was free, and a "
    "[giant|general|trumpeter] wanted it too. They could have quarreled. Instead "
    "{hero} proposed that whoever told the duller story should have the bed. The "
    "other told of his taxes, so long and so thoroughly that he fell asleep in his "
    "chair. {hero} put a blanket over him, and slept very well.",
    "On the third day it began to rain, and it rained so hard that the path turned "
    "into a brook. Under a [bridge|rock|chestnut tree] sat a hedgehog with a wet "
    "book. Now I shall never know how it ends, said the hedgehog. {hero} dried the "
    "pages one by one over a small fire, and in return the hedgehog read aloud to "
    "{him}. The ending was not very good, but they had both got dry over it.",
    "High up, where the path was narrow, a goat stood in the way and would not move. "
    "This is my mountain, said the goat. I know, said {hero}, and it is the finest I "
    "have seen; would you show it to me? Nobody had ever asked that. The goat went "
    "ahead, proud and careful, and showed {him} every [spring|flower|echo], and "
    "without noticing it they had arrived on the other side.",
    "In a valley lived a clockmaker who collected lost minutes. He kept them in jars: "
    "minutes spent waiting, minutes spent looking for spectacles, minutes of silence "
    "after a joke. {hero} asked for none of them, and gave him one instead, the finest "
    "{he} had: a minute on a warm wall, early in [May|June], with nothing to do. The "
    "clockmaker put it in his window, and his whole shop grew warm.",
    "{hero} came to a wide water without a bridge. On the bank lay a boat with a hole "
    "in it, and in the boat sat a frog. I am the captain, said the frog, but nobody "
    "sails with me. So they mended the hole together, with [wax|resin|clay] and a "
    "good deal of advice, and crossed in the last light. The frog steered badly, and "
    "sang well, and that was the better way round.",
    "There was a village where nobody spoke, because once, long ago, someone had said "
    "a wrong word. {hero} stayed for three days and swept the [street|school|well "
    "house] without saying anything either. On the third evening an old woman opened "
    "her door and said: good night. It was not much, but the whole village heard it, "
    "and windows lit up one after the other as the words were handed on.",
    "In the middle of a field stood a scarecrow that the birds loved. They sat on its "
    "hat and told it everything. I am a failure, said the scarecrow. {hero} asked the "
    "birds what they thought about that, and it turned out that for its sake they ate "
    "only the [beetles|caterpillars], and never the corn. The scarecrow said nothing "
    "more, but it held its arms a little higher than before.",
    "{He} passed a well from which a voice answered every question with another one. "
    "Where must I go, asked {hero}. Where do you come from, asked the well. {hero} "
    "had to think about it: about the [stairs|kitchen|lamp] at home, and about those "
    "who waited there. And while {he} thought, {he} noticed which way {he} had to go. "
    "That is all I ever do, said the well, quite content.",
    "In the high grass {he} found a child's [kite|ball|shoe], and it was clear that "
    "somebody must be missing it. {hero} could have gone on, for it was getting late. "
    "But {he} went back to the last house, and to the one before, and knocked at "
    "every door. At the seventh a girl cried for joy, and her father, who knew every "
    "path for miles, drew {him} a map on a paper bag.",
    "One night {he} slept in a tower where the wind kept its old coats. Toward "
    "midnight the wind came home, wet and out of breath, and was surprised to have a "
    "guest. {hero} offered half of {his} bread. The wind had never been offered "
    "anything, since people close their windows when it comes. In the morning it blew "
    "from behind, softly and all day long, and {he} went twice as far as before.",
    "A [tailor|painter|baker] sat by the road and wept, because he was to make "
    "something for the queen and had no idea what. {hero} asked what the queen was "
    "like. Nobody had thought of that. So they wrote her a letter, and she answered "
    "by return of post that she was often cold, and a little lonely. From then on it "
    "was easy. He made two of everything, and invited her.",
    "Then there was a hill that grew whenever anyone climbed it. {hero} climbed a "
    "whole morning and was no nearer to the top. So {he} sat down, ate an apple, and "
    "said aloud that {he} was in no hurry at all. The hill was disappointed, because "
    "it liked to be admired from below. After a while it grew tired of being high, "
    "sank down like a loaf in a cold kitchen, and {hero} walked across.",
    "By a lonely station stood a train that did not know where to go. All my "
    "passengers got off, it said, and nobody told me whether I had arrived. {hero} "
    "got on and asked to go as far as the next [orchard|hill|poplar]. That was not "
    "far, but it was a direction. The train went so gladly that the wheels sang, and "
    "it whistled for {him} long after {he} had got off.",
    "{hero} met a peddler who sold shadows. There were long ones and short ones, and "
    "one in the shape of a [hare|palm tree|heron]. I need none, said {hero}, I have "
    "my own. Then hold mine for a moment, said the peddler, who had not put down his "
    "load in years. {hero} held it. It weighed hardly anything, but the peddler stood "
    "there in the full sun and smiled, and it took him an hour to ask for it back.",
    "At the edge of a moor lived two sisters who had not agreed on anything in forty "
    "years. One said the way led left, the other said right. {hero} thanked them "
    "both, went left in the morning and right in the afternoon, and came out just "
    "where {he} had to be. When {he} waved from the far side, they were standing at "
    "one window, and were arguing about who of them had been right.",
    "In a cave {he} found a drum that nobody could play, because it only sounded when "
    "it was quiet all around. {hero} sat down and made no noise, for as long as it "
    "takes to boil an egg. Then, very low, the drum began by itself, and the bats "
    "hung still and listened. {He} felt {his} own heart keep time with it. When {he} "
    "went on, {he} was no longer tired.",
    "A fox lay in wait behind a wall and demanded a toll. I have nothing, said "
    "{hero}, but I can teach you a game. They played with [acorns|pebbles|buttons] "
    "until noon, and the fox won three times and lost four. Then he forgot about the "
    "toll, as foxes do, and asked whether they might play again when {hero} came back "
    "this way. {hero} promised it, and kept the promise later.",
    "Once {he} took the wrong turn and walked half a day in a circle. Where {he} had "
    "started, an old man was sitting on a bench. I thought so, said the old man, "
    "everyone comes by here twice; that is why I put up the bench. They shared a "
    "[pear|plum cake|piece of cheese], and spoke of other wrong turns, of which the "
    "old man had a good collection. The third way was the right one.",
    "On a bare shore {he} found a whale that had lost count of the waves. I had got "
    "as far as nine million, said the whale, and then somebody sneezed. {hero} sat "
    "down and counted with it for a while, one wave for the whale and one for {him}. "
    "It is easier with two, said the whale. Then it carried {him} around the cape on "
    "its broad back, and saved {him} a day of walking.",
    "In the last village before the mountains the lamplighter was ill, and nobody "
    "else knew the way in the dark. So {hero} took the long pole and lit the lamps, "
    "[forty|fifty|sixty] of them, up to the topmost lane. From there {he} could see "
    "the whole valley, with every window bright, and far off, where {he} had never "
    "looked before, something small that shone back.",
)

INTERLUDES = (
    "So the day went by.",
    "Then {he} went on.",
    "It was getting late.",
    "A bird called, and another answered.",
    "The road went on over a hill.",
    "In the evening the sky turned green and gold.",
    "{hero} drank from a spring and went on.",
    "Far away a dog barked, and then it was quiet.",
    "That night {he} slept under a tree and dreamed of home.",
    "The wind came up and smelled of rain, but no rain came.",
    "{He} counted {his} steps, and lost count, and did not mind.",
    "It is strange how light a bag becomes when one no longer thinks of it.",
    "Sometimes {he} sang a little, so that the road would not feel so long.",
    "The moon rose, thin as a paring, and walked along with {him} for a while.",
    "In the morning there was mist in the fields, and every thread of it was hung with "
    "drops.",
    "{He} wrote down what {he} had seen, because one forgets the small things first of "
    "all.",
    "An old proverb says that the way grows under the feet, and on that day {hero} "
    "believed it.",
    "{He} ate the last piece of bread but one, and gave the crumbs to the sparrows "
    "that had followed {him}.",
)

ENDINGS = (
    "And then, when {he} had almost stopped looking for it, the journey was over. "
    "{found} {hero} laughed for a long time. Then {he} turned round and went home, "
    "and the way back was shorter, as it always is. They had kept a lamp burning for "
    "{him}, and they asked what had taken so long. I met a few people, said {hero}.",
    "On the last evening {he} came over a rise and stood still. {found} {hero} sat "
    "down beside it until the sun had set. {He} was home before the first snow, and "
    "told the story to everyone who asked, and each time it grew a little longer, "
    "until it was just as long as it is now.",
)

SHORT_ENDINGS = (
    "Then, when {he} had almost stopped looking, it was there. {found} {hero} was home "
    "before the first snow.",
    "And one evening the search was over. {found} Then {he} went home, and the way "
    "back was shorter.",
)

TINY_ENDINGS = (
    "In the evening the search was over, and {he} was home again before the lamps were "
    "lit.",
    "{He} found it where nobody else had looked, and was home again by evening.",
)

ONE_SENTENCE = (
    "{hero} left, and came home.",
    "{hero} went out one morning, found a friend, and came home.",
    "{hero}, {who}, set out to find {quest}, and found a friend instead, and so stayed "
    "a little longer.",
    "In {home} there lived {who} called {hero}, who went out one morning to find "
    "{quest}, met nobody but friends on the way, and was home again by evening.",
    "{hero}, {who} from {home}, searched for {quest} all year, and found that it had "
    "been at home in the kitchen, waiting to be asked.",
)
