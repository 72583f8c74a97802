"""Invented lines of everyday chat: what a group of colleagues, friends or a family writes when nothing is the matter.

The labelled sets hold posts that somebody searched for; a model that knows nothing else takes a plain short line for
one of those. They are this project's own, written for this. None is of the invented operation, which only measures.
"""

import random
import re
from collections.abc import Iterator

__all__ = ["chatter"]

#: Lines of each template, as many of them differ.
EACH = 22

#: One template in so many only measures.
HELD = 4


def chatter() -> Iterator[tuple[str, bool]]:
    """Each line and whether its template only measures; the same ones in the same order each time, each once."""
    drawn = random.Random(8)
    told: set[str] = set()
    for place, template in enumerate(_TEMPLATES):
        for _ in range(EACH if "{" in template else 1):
            line = re.sub(r"\{(\w+)\}", lambda found: drawn.choice(_FILLS[found[1]]), template)
            line = drawn.choice((line, line, line.capitalize(), line + drawn.choice(_ENDS)))
            if line not in told:
                told.add(line)
                yield line, place % HELD == HELD - 1


def _words(joined: str) -> list[str]:
    return [word.strip() for word in joined.split("|")]


_ENDS = (" x", " xx", " 😂", " 👍", "!", "...", " lol", " mate", " please", " haha", " 🙈", "?")

_FILLS = {
    "name": _words(
        "Dave|Priya|Tom|Sarah|Mo|Aisha|Kev|Lizzie|Ahmed|Gareth|Ngozi|Chloe|Stu|Fatima|Baz|Ellie|Wei|Jonesy|Sanjay|Meg|"
        "Olu|Beth|Raj|Shaz"
    ),
    "time": _words("7|half six|0600|ten past 8|noon|quarter to nine|14:30|2ish|tonight|later|first thing|5 o'clock"),
    "day": _words("monday|tues|wednesday|thursday|friday|sat|sunday|tomorrow|this weekend|next week|the 12th|payday"),
    "spot": _words(
        "the pub|the gym|the car park|my mum's|the office|the canteen|the station|Nando's|court|the hospital|the Crown|"
        "the park|front desk|the garage|the beach|reception|the school gates|Costa"
    ),
    "meal": _words(
        "curry|pizza|a roast|fish and chips|a kebab|sushi|bacon sandwich|noodles|cake|pasta|a burger|Chinese|chips|soup"
    ),
    "drink": _words("brew|coffee|tea|pint|wine|gin|beer|squash|latte|hot chocolate"),
    "kin": _words(
        "my wife|the missus|my husband|our lad|my daughter|the kids|mum|dad|my sister|nan|the in-laws|my girlfriend|"
        "my brother|the girls|the boys|my auntie|grandad|my partner|the twins|her mum"
    ),
    "side": _words("Arsenal|City|Spurs|Villa|Leeds|Wales|England|Celtic|Norwich|the rugby|Forest|Everton"),
    "turn": _words("earlies|lates|nights|a late|a double|days off|on call|annual leave|training|a quick turnaround"),
    "thing": _words(
        "keys|charger|laptop|rota|report|form|jacket|torch|phone|radio|van|printer|password|expenses|handover|timesheet|"
        "badge|spreadsheet|boots|lanyard"
    ),
    "trip": _words("Tenerife|Cornwall|Leeds|the Lakes|Dublin|Spain|Center Parcs|Glasgow|the coast|Turkey"),
    "watch": _words(
        "the match|Strictly|that documentary|the quiz|Corrie|the final|Traitors|the F1|the news|that new film"
    ),
    "mood": _words("knackered|shattered|starving|hungover|freezing|full of cold|buzzing|bored|soaked|late|busy|fine"),
    "joy": _words("brilliant|lovely|class|great|quality|fab|mint|ace|gorgeous|decent|so good"),
    "ill": _words("bad back|cold|migraine|dodgy knee|covid|toothache|hangover|chest infection|sore throat"),
    "number": _words("2|3|4|5|6|10|12|20|a couple|loads"),
}

_LINES = """
see you at {spot} {time}
meet at {spot} {day}?
who's about {day}
anyone up for {meal} {day}
fancy a {drink} after work
pub {time}?
running {number} mins behind, sorry
on my way, be there {time}
leaving now
just parking up
where are you
outside {spot} now
are you in {day} or off
can anyone swap {day}, got {turn}
i'm on {turn} {day}
who's on {turn} {day}
rota's out, check {day}
need cover for {day}, anyone
put me down for {day}
has anyone seen my {thing}
left my {thing} at {spot}, can you grab it
whose {thing} is this in the kitchen
{thing} is broken again
sent you the {thing}
could you send me the {thing} when you get a sec
{thing} is on your desk
did you get the {thing} sorted
don't forget the {thing}
meeting moved to {time}
boss wants us in {time}
briefing at {time} in the big room
training's cancelled {day}
happy birthday {name}
happy birthday {name}, have a {joy} day
congrats {name}, well deserved
welcome to the team {name}
get well soon {name}
sorry to hear that {name}, thinking of you
how's {kin} doing
{kin} is in hospital, will let you know
{kin} just passed the driving test
picking {kin} up from {spot} {time}
taking {kin} to {spot} {day}
{kin} sends love
say hi to {kin} from me
{kin} made {meal} and it was {joy}
dinner with {kin} {day}
{kin} wants a dog
school run then {spot}
night in with {kin} and {watch}
did you watch {watch}
{watch} was {joy} last night
no spoilers, haven't seen {watch} yet
{side} were awful today
{side} were {joy}
what a goal by {side}
{side} away {day}, who's going
got {number} tickets for {side}
five a side {day}, need {number} more
ref had a shocker
i'm out, {ill}
{ill}, staying in bed today
off sick {day}, {ill}
so {mood} today
{mood}, need a {drink}
long day, {mood} now
who wants a {drink}
kettle's on
{meal} for lunch?
bring {meal} and i'll love you forever
that {meal} was {joy}
i could murder a {drink}
i could kill for some {meal}
this shift is killing me
dead on my feet
legs are killing me after the gym
bloody traffic, going to be late
stuck behind a tractor
weather is shocking
it's absolutely chucking it down
ffs forgot my {thing}
shit, wrong group
bugger, missed the bus
what the hell happened to the {thing}
damn it, no milk left
that's crap, sorry mate
off to {trip} {day}
back from {trip}, it was {joy}
booked {trip} for {number} of us
how was {trip}
flight's delayed, still at {spot}
anyone driving past {spot} later
can i get a lift {day}
need a hand moving house {day}
ring me when you're free
call you back in {number}
in a meeting, text me
thanks {name}
thanks so much for {day}
cheers {name}, owe you a {drink}
you're a star {name}
no worries
sounds good
ok cool
yes see you then
not sure, ask {name}
{name} knows, i don't
maybe, will check with {kin}
can't make it {day}
in, what time
same as usual
good night all
morning all
morning, how are we
safe journey {name}
sleep well
love you
miss you, see you {day}
haha brilliant
lol same
omg no way
you ok?
how did it go
good luck {day}
fingers crossed for {day}
that photo of {name} is {joy}
look at this, so cute
the baby is here, {name} and mum both well
girls' night {day}, who's in
lads, football {time}
ladies loo is out of order by {spot}
women's team won {day}, get in
the new girl on reception is called {name}
{name} is such a good cook
{name} has her interview {day}
he's bringing the cake, she's doing drinks
mother's day lunch at {spot} {day}
hen do {day}, stag the week after
collection for {name}, fiver each
who still owes me for the {meal}
sponsor me for the 10k, link in bio
gym {time}?
beat my best time at the park run
new haircut, what do we think
selling a {thing}, twenty quid
wifi's down at {spot}
code for the door is on the board
please wash up your own mugs
fire alarm test at {time}, ignore it
van needs fuel before {time}
{number} jobs left then home
file's in the drive, have a look
signed it, sent it, done
ask {name} about the {thing} please
got an appointment {time}, back by lunch
who's got the minutes from {day}
nothing from me
all quiet here
same old, you?
yeah not bad, busy
can you talk
ok leave it with me
got it ta
perfect, see you at {time}
just landed
home safe
merry christmas everyone
happy new year all
eid mubarak {name} and family
happy diwali to you and {kin}
enjoy your days off {name}
what's for tea
put the oven on
dog's been sick on the carpet
the cat is asleep on my {thing}
parcel's at {spot}, can you pick it up
sat in {spot} with a {drink}, heaven
can't find {spot}, send me a pin
wear something warm {day}
is it fancy dress {day}
bet you {number} quid {side} lose
who's bringing the {meal}
last one out lock up
lights left on in {spot} again
"""

_TEMPLATES = tuple(_LINES.strip().split("\n"))
