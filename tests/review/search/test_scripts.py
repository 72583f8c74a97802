"""Many scripts and adversarial messages: each is found by its own words, their beginnings and its characters."""

import unicodedata
from pathlib import Path

import pytest
from tests.review.search.conftest import index_of, marked

from upstander.errors import BadQuery
from upstander.review.search import Asked, TextIndex, search

#: A short invented sentence in each of many scripts, and in languages that put theirs to a use of its own.
_SENTENCES = {
    "Latin, English": "Hedgehogs meet quietly tonight",
    "Latin, Vietnamese": "Nhím gặp nhau lặng lẽ",
    "Latin, Turkish": "Kirpiler İstanbulda ığdır buluşur",
    "Latin, Yoruba": "Ọ̀rẹ́ mi wá sílé",
    "Latin, Czech": "Ježci se tiše scházejí",
    "Greek": "Σκαντζόχοιροι συναντιούνται ήσυχα",
    "Cyrillic, Russian": "Ёжики встречаются вечером",
    "Cyrillic, Kazakh": "Кірпілер кешке кездеседі",
    "Armenian": "Ոզնիները հանդիպում են",
    "Georgian": "ზღარბები ხვდებიან ჩუმად",
    "Hebrew": "קיפודים נפגשים בערב",
    "Arabic": "القنافذ تلتقي مساء",
    "Arabic, Persian": "جوجه‌تیغی‌ها شب می‌آیند",
    "Arabic, Urdu": "خارپشت رات کو ملتے",
    "Syriac": "ܩܘܦܕܐ ܦܓܥܝܢ ܒܪܡܫܐ",
    "Thaana": "ހިކި ރޭގަނޑު ދިމާވެއެވެ",
    "N'Ko": "ߖߎߜߍ ߓߍ ߓߍ߲߬",
    "Devanagari, Hindi": "साही चुपचाप मिलते हैं",
    "Devanagari, Marathi": "साळिंदर रात्री भेटतात",
    "Bengali": "সজারু রাতে দেখা করে",
    "Gurmukhi": "ਸੇਹੀ ਰਾਤ ਨੂੰ ਮਿਲਦੀ",
    "Gujarati": "શાહુડી રાત્રે મળે છે",
    "Odia": "ଝିଙ୍କ ରାତିରେ ଭେଟନ୍ତି",
    "Tamil": "முள்ளெலிகள் இரவில் சந்திக்கின்றன",
    "Telugu": "ముళ్ళపందులు రాత్రి కలుస్తాయి",
    "Kannada": "ಮುಳ್ಳುಹಂದಿಗಳು ರಾತ್ರಿ ಸೇರುತ್ತವೆ",
    "Malayalam": "മുള്ളൻപന്നികൾ രാത്രി കാണുന്നു",
    "Sinhala": "ඉත්තෑවෝ රාත්‍රියේ හමුවෙති",
    "Thai": "เม่นพบกันเงียบๆตอนค่ำ",
    "Lao": "ເໝັ້ນພົບກັນຕອນຄ່ຳ",
    "Khmer": "សត្វប្រមាជួបគ្នា",
    "Myanmar": "ဖြူကောင်များတွေ့ကြသည်",
    "Tibetan": "གཟེར་མོ་ཐུག་འཕྲད",
    "Han": "刺猬今晚悄悄见面",
    "Kana and Han": "ハリネズミが夜に集まる",
    "Hangul": "고슴도치가 조용히 만난다",
    "Mongolian": "ᠵᠠᠷᠠᠠ ᠣᠷᠣᠢ ᠤᠤᠯᠵᠠᠨᠠ",
    "Ethiopic": "ጃርቶች ማታ ይገናኛሉ",
    "Cherokee": "ᎠᏁᎳ ᏒᏃᏱ ᏓᎾᏠᏍᎪ",
    "Canadian syllabics": "ᐱᑭᐢ ᑎᐱᐢᑳᓂ ᓇᑭᐢᑭᑐᐘᐠ",
    "Tifinagh": "ⵉⵏⵙⵉ ⴷⴳ ⵢⵉⴹ",
    "Yi": "ꊿꊭ ꌠꉬ ꑌꇬ",
    "Adlam": "𞤅𞤢𞤥𞤩𞤵𞤲𞤢 𞤶𞤫𞤲𞤲𞤢",
    "Javanese": "ꦭꦤ꧀ꦝꦏ꧀ ꦏꦼꦠꦼꦩꦸ",
    "Balinese": "ᬮᬦ᭄ᬤᬓ᭄ ᬫᬢᬾᬫᬸ",
    "Deseret": "𐐐𐐯𐐾𐐸𐐪𐑀 𐑋𐐨𐐻",
    "Vai": "ꕉꕜ ꕮꔷ ꕚꕌ",
    "Runic": "ᚺᛖᛞᚷᛖ ᛗᛖᛖᛏ",
}


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> TextIndex:
    """An index of a sentence in each."""
    return index_of([*_SENTENCES.values()], tmp_path_factory.mktemp("spoken"))


def _cut(text: str, first: int, least: int) -> str:
    """Characters of a text from a place on, no fewer than `least`, that end before no mark."""
    last = first + least
    while last < len(text) and (unicodedata.combining(text[last]) or unicodedata.category(text[last])[0] in "MC"):
        last += 1
    return text[first:last]


@pytest.mark.parametrize("name", _SENTENCES)
def test_each_sentence_is_found(spoken: TextIndex, name: str) -> None:
    """By its first word, the beginning of that, and characters from its middle; and that is what is highlighted."""
    place, sentence = [*_SENTENCES].index(name), _SENTENCES[name]
    first = sentence.split()[0] if " " in sentence else _cut(sentence, 0, 4)
    beginning = _cut(sentence, 0, 2)
    middle = sentence.partition(" ")[0][-1:] + " " + sentence.partition(" ")[2][:3]
    if " " not in sentence:
        middle = sentence[3:7]
    assert marked(spoken, first)[place] == [first]
    assert set(marked(spoken, f'"{sentence}"')) == {place}
    assert place in marked(spoken, f"{beginning}*")
    assert set(marked(spoken, f'contains:"{_cut(middle, 0, len(middle))}"')) == {place}
    assert [place] == [*marked(spoken, first)] or name.startswith(("Thai", "Han", "Kana", "Lao"))


def test_marks_tell_words_apart(tmp_path: Path) -> None:
    """Words that differ in a vowel sign or in voicing are not found together."""
    pairs = [("दिन", "दान"), ("รับ", "รบ"), ("かき", "がき"), ("கல்", "கால்"), ("ទឹក", "ទុក")]
    there = index_of([word for pair in pairs for word in pair], tmp_path)
    for number, (one, other) in enumerate(pairs):
        assert marked(there, one) == {2 * number: [one]}
        assert marked(there, other) == {2 * number + 1: [other]}


def test_emoji(tmp_path: Path) -> None:
    """One is found in every tone and within what it is joined to; a tone, a flag and a keycap only themselves."""
    there = index_of(
        ["ok 👍", "ok 👍🏽", "🇬🇧", "🇧🇬 🇬", "👩🏽‍⚕️ here", "❤️‍🔥", "call 1️⃣", "1", "🏴󠁧󠁢󠁥󠁮󠁧󠁿 fans", "👍👍🏿"], tmp_path
    )
    assert [*marked(there, "👍")] == [0, 1, 9]
    assert marked(there, "👍🏽") == {1: ["👍🏽"]}
    assert marked(there, "👍👍") == {9: ["👍👍🏿"]}
    assert marked(there, '"ok 👍"') == {0: ["ok 👍"], 1: ["ok 👍🏽"]}
    assert marked(there, "🇬🇧") == {2: ["🇬🇧"]}
    assert marked(there, "👩‍⚕️") == {4: ["👩🏽‍⚕️"]}
    assert marked(there, "👩") == {4: ["👩🏽‍⚕️"]}
    assert marked(there, "🔥") == {5: ["❤️‍🔥"]}
    assert marked(there, "1️⃣") == {6: ["1️⃣"]}
    assert [*marked(there, "1")] == [7]
    assert marked(there, "🏴󠁧󠁢󠁥󠁮󠁧󠁿") == {8: ["🏴󠁧󠁢󠁥󠁮󠁧󠁿"]}
    assert marked(there, "🏴") == {}


def test_signs(tmp_path: Path) -> None:
    """Two signs are enough; a shortcode, an emoticon, an address, a path and a time are what they are."""
    said = [
        "ha :)",
        "x :D",
        ":smile: smile",
        "see https://a.example/b?c=1",
        r"in C:\Users\tom",
        "at 10:30",
        "smile",
        "d",
    ]
    there = index_of(said, tmp_path)
    assert marked(there, ":)") == {0: [":)"]}
    assert marked(there, ":D") == {1: [":D"]}
    assert marked(there, ":smile:") == {2: [":smile:"]}
    assert marked(there, "https://a.example/b?c=1") == {3: ["https://a.example/b?c=1"]}
    assert marked(there, "https://a.example/*")[3]
    assert marked(there, r"C:\Users\tom") == {4: [r"C:\Users\tom"]}
    assert marked(there, "10:30") == {5: ["10:30"]}
    assert marked(there, 'contains:"e s"') == {}
    with pytest.raises(BadQuery, match="no letter, digit or emoji"):
        search(there, Asked("contains:!"))


def test_adversarial_messages(tmp_path: Path) -> None:
    """Empty ones, NULs, right to left, a megabyte in one word, only emoji: all are told and none is in the way."""
    said = [
        "",
        "\x00\x00",
        "a\x00b nul",
        "‮gnp.exe‬ שלום",
        "🙈🙉🙊",
        "é" * 1_000_000,
        "x" * 70_000 + " end",
        "\ufeff\u200b",
        "last",
    ]
    there = index_of(said, tmp_path)
    assert there.rows == len(said)
    assert [*marked(there, "nul")] == [2]
    assert marked(there, "b") == {2: ["b"]}
    assert marked(there, "שלום") == {3: ["שלום"]}
    assert marked(there, "gnp.exe") == {3: ["gnp.exe"]}
    assert marked(there, "🙉") == {4: ["🙉"]}
    assert [*marked(there, "end")] == [6]
    assert [*marked(there, "contains:eeee")] in ([], [5])
    assert [*marked(there, "last")] == [8]
    assert search(there, Asked("-last")).count == 8
