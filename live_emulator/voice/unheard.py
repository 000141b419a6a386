"""Words the ear for all of English had better not hear.

It hears something in any noise, and the emulator says aloud what it heard, often
in front of others. These are the swear words, slurs and coarse words of the
recogniser's dictionary; what is a name, or mostly has a decent sense, stays.
"""

from collections.abc import Iterable, Iterator

__all__ = ["UNHEARD", "decent_entries"]

UNHEARD = frozenset(
    """
    arse arsehole arses ass asses asshole assholes bastard bastard's bastards bitch
    bitches bitchiness bitching bitchy bollocks boob boobs bugger buggers bullshit
    bullshitter bullshitting chink chinks cock cocksucker coon coons crap crappy cum
    cunt damn damned damning dammit damns darkie dick dickhead dicks dildo dildos
    dipshit dumbass dyke dykes fag faggot fags fart farting fuck fuck's fucked
    fucked-up fucker fuckers fuckin fucking fucks goddam goddammit goddamn goddamned
    gook honky horseshit jackass jap japs motherfucker motherfucker's motherfuckers
    motherfucking negro negroes negroid negros nigger nigger's niggers piss piss-poor
    pissed pisses pissing polack porn porno prick pricks pussies pussy redskin
    redskins redskins' retard retarded retards shit shit's shithead shithole shitload
    shits shitstorm shitting shitty slut sluts slutty smartass spic tits twat twats
    wank wanker wankers whore whorehouse whores wop wops
    """.split()
)


def decent_entries(dictionary: Iterable[str]) -> Iterator[str]:
    """Yield the lines of a dictionary without these words.

    A line is a word, a blank and its sounds; ``word(2)`` is the second way to say
    a word.
    """
    for line in dictionary:
        word = line[: line.find(" ")]
        if word.partition("(")[0] not in UNHEARD:
            yield line
