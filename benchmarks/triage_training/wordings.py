"""The words and templates of the invented pairs; `contrasts.py` fills them in. Slurs are not written here.

In a template `{several}`, `{one}` and `{adjective}` name a group, `{slur}` and `{slurs}` a slur of the lexicon,
`{hateful}` is a whole hateful sentence, and every other word in braces is drawn from the list of that name.
"""

__all__ = ["ABOUT_PERSONS", "ELSEWHERE", "LEXES", "PERSONS", "RECLAIMED", "SLURRED", "TEMPLATES"]


def _words(joined: str) -> list[str]:
    return [word.strip() for word in joined.split("|")]


def _lines(joined: str) -> list[str]:
    return [line.strip() for line in joined.strip().split("\n")]


_BAD = """disgusting|filthy|stupid|evil|dangerous|lazy|vile|worthless|inferior|sick|dirty|pathetic|revolting|subhuman|
greedy|violent|ugly|useless|primitive|perverted|backward|scum|a plague|a disease|vermin|parasites|animals|criminals|
a curse|trash|rats|cockroaches|a waste of a desk|a burden|liars|thieves|cowards|dirt|a danger for everyone|not like us|
the enemy|idiots|savages|monsters|pigs|weak|mentally ill|abnormal|a joke|leeches"""
_GOOD = """kind|brilliant|lovely|hard-working|brave|clever|our friends|decent|wonderful|welcome here|family|our equals|
human like the rest of us|a gift|generous|honest|heroes|the best of us|good company|great|fantastic|beautiful|amazing|
an inspiration|normal people|good at what they do|worth listening to"""
_HATE = """hate|despise|detest|loathe|can't stand|am sick of|am repelled by|scorn|really hate|
resent|wish death on|want nothing to do with|spit on|look down on|would never trust|don't want to live near"""
_LIKE = """love|admire|respect|like|support|am proud of|am grateful to|stand with|trust|really like|
am happy to work with|enjoy the company of|look up to|want to help|care about"""
_HARM = """kill|hurt|do away with|wipe out|burn|beat|throw out|attack|shoot|lock up|deport|stab|gas|punish|hunt down|
kick out|exterminate|hang|beat up|torture|rape|bomb|spit on|sterilise"""
_HARMED = """beaten up|shot|locked up|wiped out|deported|thrown out|hanged|put down like dogs|killed|sent back|kept out|
banned|burned alive|sterilised|exterminated|put in camps|spat on|taught a lesson|punished|treated like dirt"""
_RIGHT = """the right to vote|respect|a job|protection|to be happy|a home|equal treatment|good things|to live|rights|
sympathy|a voice|help|love|freedom|to have children|the same pay|any dignity"""
_CRIME = """steal|lie|cheat the system|ruin everything|spread disease|take our jobs|rape|breed like rats|
poison this country|destroy our culture|control the banks|live off the state|
commit all the crime|harm children|bring filth|stink"""

_TEMPLATES = {
    "hate": """
        {several} are simply {bad}
        all {several} look {bad} to me
        {several} are so {bad}, and it won't change
        i {hate} {several}
        i {hate} {several} above all else
        {several} had best be {harmed}
        every last {adjective} person had best be {harmed}
        we ought to {harm} {several}
        next time i see {one} i {harm} them
        someone please {harm} {several}
        {several} don't deserve {right}
        {several} have not earned {right} and won't get it from me
        {several} aren't {good}
        {several} won't ever be {good}
        not a single {adjective} person i met was {good}
        show me one {adjective} person who is {good}. exactly, there is none
        why are {several} so {bad}?
        who else is sick of {several}? they are {bad}
        {several} {crime}
        {several} {crime}, we all know it
        {adjective} means {bad}, look it up
        the new one on our shift is {adjective}, so of course he is {bad}
        {one} can only be {bad}
        our town was nicer before {several} came
        {one} is nothing but {bad}
        being {adjective} is {bad}
        keep {several} away from our children, they {crime}
        never trust {one}
        unpopular opinion, but {several} truly are {bad}
        honestly, {several} truly are {bad}
        they are {adjective}. they are {bad}. they should be {harmed}
        more {several} on this road every week, when will they be {harmed}
        lock the door when {several} come, they are {bad}
        it's time to {harm} {several}
        only {bad} people are {adjective}
        you {adjective} lot are {bad}
        you people are all {adjective}, i {hate} you
        {several}? {bad}, all of them
        we must not give {several} {right}
        let's {harm} those {several}
        i doubt that {several} were ever {good}
        how can anyone like {several}, they are {bad}
        """,
    "denied": """
        {several} aren't {bad}
        {several} aren't {bad} at all
        i do not {hate} {several}
        i don't {hate} {several} and never did
        i wouldn't call {several} {bad}
        nobody should {harm} {several}
        {several} must not be {harmed}
        nothing that {several} do is a reason for them to be {harmed}
        {several} don't {crime}
        none of the {several} i know are {bad}
        it isn't true that {several} {crime}
        not one of us would call {several} {bad}
        being {adjective} is not {bad}
        we stop anyone who wants {several} {harmed}
        you will not {harm} {several} here
        where did you get the idea that {several} {crime}? they don't
        stop pretending {several} were {bad}, ever
        {several} never did {crime}, that was a rumour
        never in my life did i {hate} {several}
        it would be a crime to {harm} {several}
        whoever wants to {harm} {several} must get past me
        not all of us {hate} {several}: none of us do
        there is nothing {bad} about being {adjective}
        far from {bad}, {several} are mostly {good}
        my dad used to {hate} {several}, thank god he changed
        {adjective} does not mean {bad}, and you know it
        """,
    "kind": """
        {several} are simply {good}
        {several} are so {good}, and always were
        all {several} look {good} to me
        i {like} {several}
        i really {like} {several} because they are {good}
        {several} deserve {right}
        {several} get to be {good}, like everybody
        every {adjective} person deserves {right}
        {one} can be {good} like anyone
        our town got nicer when {several} came
        being {adjective} is {good}
        more {several} on this road every week, and they are {good}
        we should give {several} {right}
        you are {adjective} and you are {good}
        unpopular opinion, but {several} truly are {good}
        honestly, {several} truly are {good}
        my boss is {adjective} and she is {good}
        i am {adjective}
        you are {adjective}, right?
        the {adjective} officers on this team are {good}
        {one} saved my life last winter
        had dinner with {several}, such {good} people
        happy new year to all my {adjective} friends
        is the new inspector {adjective}?
        speaking as {one}, the training was useful
        {several} fought for {right} and won it
        we recruit more {several} this year
        will {several} be at the briefing today?
        """,
    "quoted": """
        he said "{hateful}" and nobody laughed
        "{hateful}" is a hateful thing to say
        whoever says {hateful} should be ashamed
        i reported him for saying {hateful}
        you wrote "{hateful}". that is bigotry, take it back
        it is wrong to say that {hateful}
        claiming that {hateful} is a lie
        she was told "{hateful}" and made a complaint
        "{hateful}"? speak for yourself, and be ashamed of it
        "{hateful}": we do not accept that at work
        don't say "{hateful}", it is not funny
        saying {hateful} is not banter, it is abuse
        people who believe {hateful} are wrong
        the sergeant shouted "{hateful}" and was dismissed for it
        you have to be ignorant to come out with {hateful}
        stop telling people that {hateful}
        how dare you say {hateful}?
        "{hateful}": this is the kind of abuse we have to stop
        i can't believe someone wrote "{hateful}" here, that is disgraceful
        anyone who says "{hateful}" to a colleague will be reported
        the complaint is about a message that read "{hateful}"
        in the group somebody posted "{hateful}", i took a screenshot and handed it in
        the court heard that he had written "{hateful}"
        a colleague came out with {hateful}. we challenged him there and then
        what a shameful thing to write: {hateful}
        take "{hateful}" off the noticeboard before anyone else has to read it
        apologise now for writing "{hateful}"
        no, it does not follow that {hateful}
        nobody with a conscience repeats that {hateful}
        my son came home crying because a boy told him "{hateful}"
        you were wrong to write {hateful} and you should delete it
        "{hateful}", he wrote. i left the group that evening
        her statement says that the two of them chanted "{hateful}"
        not funny, mate. "{hateful}" is how people get hurt
        the panel found that posting "{hateful}" was gross misconduct
        we are here to protect people from those who think {hateful}
        since when is it fine to write "{hateful}"? it is not, and it never was
        i am tired of hearing that {hateful}. it is false and it is cruel
        even as a joke, {hateful} is discrimination
        the poster with "{hateful}" has been taken down and the police are looking for whoever made it
        """,
}

#: What hate of is not hate of a group that the law protects.
_ELSEWHERE = """bankers|landlords|estate agents|football fans|referees|printers|mondays|cold mornings|politicians|
wasps|spreadsheets|adverts|parking attendants|vegetables|managers|lawyers|tax inspectors|slugs|night shifts|
reality shows|smokers|drunk drivers|rapists|murderers|racists|neo-nazis|bullies|burglars|scammers|dealers|
cyclists|meetings|mushrooms|
speed cameras|journalists|teachers|students|accountants|weeds|pigeons|old laptops|umbrellas|queues|rush hours"""
_PERSONS = """that driver|my landlord|the referee|our old boss|this idiot|my ex|that burglar|the man who hit me|you|
the new inspector|this troll|my neighbour|that liar"""
_PERSON = """{person} had best be {harmed}
i {hate} {person}
{person} won't ever be {good}
i could {harm} {person} today
{person}, how {bad} can it get"""

_SLURRED = """so that's what you are, {slur}
get out, you {slur}
{slurs} are {bad}
i {hate} {slurs}
what {slur}
look at that {slur}
{slurs} had best be {harmed}
we ought to {harm} {slurs}
go home {slur}
shut up {slur}"""
_RECLAIMED = """i call myself {slur} and i am proud of it
we {slurs} look after each other
proud of it, {slur} since school
{slur} is a word that i use for myself
my {slurs}, i love you all
he called me {slur} so i took it to the inspector
do not call anybody {slur}
{slur} is a slur, don't use it
"{slur}" is what they shouted at us
nobody should be called {slur}
us {slurs} have to stick together
fellow {slurs}, see you at pride on sunday
yes i am {slur}, thank you, and i like it that way
that word again, {slur}. i have put it in my complaint
somebody scratched {slur} into her locker
i was twelve when they first shouted {slur} after me
this {slur} got promoted today, drinks on me
he says {slur} as if it were nothing, it is not nothing"""

#: For each kind of sentence its templates.
TEMPLATES = {kind: _lines(lines) for kind, lines in _TEMPLATES.items()}
ELSEWHERE, PERSONS = _words(_ELSEWHERE), _words(_PERSONS)
ABOUT_PERSONS, SLURRED, RECLAIMED = _lines(_PERSON), _lines(_SLURRED), _lines(_RECLAIMED)

#: What may stand for a word in braces.
LEXES = {
    "bad": _words(_BAD),
    "good": _words(_GOOD),
    "hate": _words(_HATE),
    "like": _words(_LIKE),
    "harm": _words(_HARM),
    "harmed": _words(_HARMED),
    "right": _words(_RIGHT),
    "crime": _words(_CRIME),
}
