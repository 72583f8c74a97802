"""Invented sentences that name a group and are neutral or kind: what an identity alone must not make hateful.

They are this project's own, written for this, and none is of HateCheck, which only measures.
"""

from collections.abc import Iterator

__all__ = ["GROUPS", "statements"]

#: The head whose business the group is; adjective, one of them, several of them.
GROUPS = (
    ("lgbt", "gay", "a gay man", "gay people"),
    ("lgbt", "lesbian", "a lesbian", "lesbians"),
    ("lgbt", "bisexual", "a bisexual woman", "bisexual people"),
    ("lgbt", "trans", "a trans woman", "trans people"),
    ("lgbt", "transgender", "a transgender person", "transgender people"),
    ("lgbt", "queer", "a queer colleague", "queer people"),
    ("race_nationality", "black", "a black man", "black people"),
    ("race_nationality", "black", "a black woman", "black women"),
    ("race_nationality", "Asian", "an Asian woman", "Asian people"),
    ("race_nationality", "Chinese", "a Chinese student", "Chinese people"),
    ("race_nationality", "Pakistani", "a Pakistani man", "Pakistanis"),
    ("race_nationality", "Indian", "an Indian woman", "Indians"),
    ("race_nationality", "African", "an African student", "Africans"),
    ("race_nationality", "Polish", "a Polish nurse", "Poles"),
    ("race_nationality", "Mexican", "a Mexican family", "Mexicans"),
    ("race_nationality", "Arab", "an Arab man", "Arabs"),
    ("race_nationality", "foreign", "an immigrant", "immigrants"),
    ("race_nationality", "foreign", "a refugee", "refugees"),
    ("race_nationality", "foreign", "a migrant", "migrants"),
    ("religion", "Muslim", "a Muslim", "Muslims"),
    ("religion", "Muslim", "a Muslim woman", "Muslim people"),
    ("religion", "Jewish", "a Jew", "Jews"),
    ("religion", "Jewish", "a Jewish man", "Jewish people"),
    ("religion", "Christian", "a Christian", "Christians"),
    ("religion", "Hindu", "a Hindu", "Hindus"),
    ("religion", "Sikh", "a Sikh officer", "Sikhs"),
    ("disability", "disabled", "a disabled colleague", "disabled people"),
    ("disability", "disabled", "a disabled woman", "people with disabilities"),
    ("disability", "deaf", "a deaf man", "deaf people"),
    ("disability", "blind", "a blind person", "blind people"),
    ("disability", "autistic", "an autistic child", "autistic people"),
    ("misogyny", "female", "a woman", "women"),
    ("misogyny", "female", "a girl", "girls"),
)

#: Every fourth only sets thresholds.
_TEMPLATES = (
    "my new neighbour is {one} and we get on well",
    "{several} are welcome in this team",
    "half of the people on my course are {adjective}",
    "she told me that she is {adjective}",
    "I grew up with {several}",
    "{several} bring wonderful things",
    "proud to work beside {several}",
    "speaking as {one}, it was good to be asked",
    "our sergeant is {adjective}",
    "thank you, {several} who came today",
    "{several} deserve respect like everybody",
    "he has been {adjective} all his life",
    "plenty of {several} live round here",
    "I really admire {several}",
    "the talk is about how {several} are treated at work",
    "my best friend is {one}",
    "met {one} at the station this morning",
    "{several} make this country better",
    "how many {several} live in this borough?",
    "she is {one}, and she is brilliant at her job",
    "we should listen to {several} more often",
    "I love being {adjective}",
    "{several} pay taxes like the rest of us",
    "being {adjective} is nothing to be ashamed of",
    "some of them are {adjective}, some are not",
    "{several} have the same rights as you and me",
    "the club was founded by {several}",
    "so happy for {several} everywhere today",
    "I'm {adjective} and I like football",
    "the victim is {one} in their thirties",
    "nobody should be hurt for being {adjective}",
    "it was {one} who helped me when I fell",
    "great film about {several}",
    "I am married to {one}",
    "lots of {several} joined the march",
    "{several} should feel safe here",
    "they asked whether I am {adjective}",
    "my office has {one} in it",
    "without {several} the hospital would close",
    "my children have {adjective} friends",
)


def statements() -> Iterator[tuple[str, str, bool]]:
    """Each sentence, the head whose business the group in it is, and whether it only sets thresholds."""
    for place, template in enumerate(_TEMPLATES):
        for head, adjective, one, several in GROUPS:
            yield template.format(adjective=adjective, one=one, several=several), head, place % 4 == 3
