"""Taking in what was handed in: once, whole, and with one entry for each step."""

import errno
import json
import os
import shutil
import socket
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import OperationalError
from django.utils import timezone
from tests.support.chats import chat
from tests.worker.conftest import NOW, Hand

from upstander.actions import SYSTEM, Actor, resume_hand_in, stop_hand_in
from upstander.errors import NotAllowed, Refused
from upstander.evidence.contents import conversations, exhibits, totals, warnings
from upstander.evidence.intake import Handed
from upstander.evidence.standing import Standing, standing
from upstander.register.models import Account, Case, Entry, HandIn, HandInState
from upstander.register.site import Site
from upstander.stages import ingest, rebuild
from upstander.storage import Case as Folder
from upstander.storage import intakes
from upstander.worker import lease
from upstander.worker.keeping import Keeping
from upstander.worker.lease import Watch, claim, named
from upstander.worker.loop import work
from upstander.worker.taking import take

pytestmark = pytest.mark.django_db


def _work(site: Site) -> int:
    return work(site, threading.Event(), once=True)


def test_what_is_handed_in_becomes_exhibits_and_the_ledger_says_which(site: Site, hand: Hand, folder: Folder) -> None:
    """Bytes, names and digests from hand to exhibit; the inbox is empty afterwards; nothing is done twice."""
    made = hand(("result.json", chat(20)), ("result.json", b"another of that name"), reference="AB/1")
    assert [Path(file["at"]).parts[1:] for file in made.files] == [("1", "result.json"), ("2", "result.json")]
    assert _work(site) == 1
    made.refresh_from_db()
    assert (made.state, made.error, made.worker, made.stopping) == (HandInState.DONE, "", "", False)
    held = {row["reference"]: row for row in exhibits(folder)}
    assert held.keys() == {"AB/1.1", "AB/1.2"}
    assert {row["exhibit"] for row in held.values()} == {file["sha256"] for file in made.files}
    assert totals(folder).messages == 20
    assert intakes(folder)[0].id == made.intake
    assert list(folder.inbox.iterdir()) == []
    assert (folder.index / "text").is_dir()
    assert list((folder.index / "pictures").glob("captures-*.svg"))

    verbs = list(Entry.objects.order_by("sequence").values_list("verb", flat=True))
    assert verbs == ["open_case", "hand_in", "finish_hand_in"]
    handed, finished = (json.loads(entry.detail) for entry in Entry.objects.order_by("sequence")[1:])
    assert {file["sha256"] for file in handed["files"]} == {row["sha256"] for row in finished["exhibits"]}
    assert _work(site) == 0
    with pytest.raises(Refused):
        resume_hand_in(SYSTEM, NOW, case=made.case, hand_in=made)


@pytest.mark.parametrize(
    ("name", "stored"),
    [
        ("../../etc/passwd", ".._.._etc_passwd"),
        ("..", "file"),
        ("", "file"),
        ("a\u202egpj.exe", "a_gpj.exe"),
        ("evil\x00.svg", "evil_.svg"),
        ("x" * 400 + ".json", "x" * 235 + ".json"),
        ("é" * 300 + ".db", "é" * 118 + ".db"),
    ],
)
def test_hostile_names_are_names_and_nothing_else(hand: Hand, folder: Folder, name: str, stored: str) -> None:
    """However a file is called, it lies in its hand-in's folder; what it was called is kept."""
    (file,) = hand((name, b"<svg onload='alert(1)'/>")).files
    assert file["name"] == name.replace("\0", "\ufffd")
    assert file["at"].split("/")[1:] == ["1", stored]
    assert (folder.inbox / file["at"]).resolve().is_relative_to(folder.inbox.resolve())


def test_files_of_one_name_are_each_called_what_they_were_called(site: Site, hand: Hand, folder: Folder) -> None:
    """The folders that keep them apart in the inbox are in no name, warning or reference; each of them is read."""
    sent = [
        ("result.json", chat(20)),
        ("mystery.xyz", b"\x00one"),
        ("mystery.xyz", b"\x00two"),
        ("result.json", chat(7)),
    ]
    made = hand(*sent, (" odd \x01 name.bin", b"\x00three"), ("../out.bin", b"\x00four"), reference="AB/1")
    _work(site)
    assert {row["reference"]: row["source_name"] for row in exhibits(folder)} == {
        "AB/1.1": " odd \x01 name.bin",
        "AB/1.2": ".._out.bin",
        "AB/1.3": "mystery.xyz",
        "AB/1.4": "mystery.xyz",
        "AB/1.5": "result.json",
        "AB/1.6": "result.json",
    }
    digests = [file["sha256"] for file in made.files]
    order = [digests[number] for number in (4, 5, 1, 2, 0, 3)]
    assert [file.exhibit for file in intakes(folder)[0].files] == order, "those of one name in the order sent"
    assert totals(folder).messages == 27
    said = [row["detail"] for row in warnings(folder, kind="unknown_format")]
    assert len(said) == 4
    assert not [detail for detail in said if "2/" in detail]
    finished = json.loads(Entry.objects.get(verb="finish_hand_in").detail)
    assert [row["name"] for row in finished["exhibits"]][2:] == ["mystery.xyz"] * 2 + ["result.json"] * 2
    before, after = rebuild(folder, progress=lambda *_: None)
    assert before is not None
    # The first ranking is made after the manifest, and is no table of the exhibits.
    one, other = ({name: told for name, told in each.tables.items() if name != "scores"} for each in (before, after))
    assert one == other


def test_two_hand_ins_at_once_are_taken_in_one_after_the_other(site: Site, hand: Hand, folder: Folder) -> None:
    """Both become exhibits; the same bytes twice are one exhibit with two receipts."""
    one, two = hand(("a.json", chat(5)), reference="AB/1"), hand(("b.json", chat(5)), custodian="PC Bo Example")
    worker, other = named(), named()
    first = claim(worker, timezone.now())
    assert first == one
    assert claim(other, timezone.now()) is None, "of one case, one at a time"
    assert first is not None
    take(first, site, Watch(first))
    assert claim(other, timezone.now()) == two
    HandIn.objects.filter(pk=two.pk).update(state=HandInState.WAITING, worker="", leased_until=None)
    _work(site)
    assert [row.state for row in HandIn.objects.all()] == [HandInState.DONE] * 2
    (row,) = exhibits(folder)
    assert row["reference"] == "AB/1"
    assert [intake.custodian for intake in intakes(folder)] == ["PC Ash Example", "PC Bo Example"]


def test_a_reference_that_is_taken_is_refused_at_once_or_fails_with_the_sentence(
    site: Site, hand: Hand, folder: Folder
) -> None:
    """Two hand in AB/1 at once: the second is not taken in, keeps its bytes, and says why."""
    hand(("a.json", chat(5)), reference="AB/1")
    late = hand(("b.json", chat(6)), reference="AB/1")
    _work(site)
    late.refresh_from_db()
    assert late.state == HandInState.FAILED
    assert late.error.startswith("Reference AB/1 belongs to the exhibit")
    assert (folder.inbox / late.files[0]["at"]).read_bytes() == chat(6)
    assert Entry.objects.filter(verb="fail_hand_in").count() == 1
    with pytest.raises(Refused, match="AB/1 is another exhibit's reference"):
        hand(("c.json", chat(7)), reference="AB/1")
    resume_hand_in(SYSTEM, NOW, case=late.case, hand_in=late, reference="AB/2")
    _work(site)
    assert {row["reference"] for row in exhibits(folder)} == {"AB/1", "AB/2"}


def test_a_stop_is_heeded_and_it_goes_on_from_there(
    site: Site, hand: Hand, ines: Account, case: Case, folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before it begins and while it is at work; each word is one entry, and going on takes everything in."""
    monkeypatch.setattr(lease, "_PAUSE", 0.0)
    made = hand(("a.json", chat(50)))
    who = Actor.of(ines)
    stop_hand_in(who, NOW, case=case, hand_in=made)
    assert _work(site) == 0
    resume_hand_in(who, NOW, case=case, hand_in=made)
    told = Watch.told

    def stopped_meanwhile(self: Watch, label: str, done: int, total: int) -> None:
        if label.startswith("Reading") and not Entry.objects.filter(verb="stop_hand_in").count() > 1:
            stop_hand_in(who, NOW, case=case, hand_in=made)
            with pytest.raises(Refused):
                stop_hand_in(who, NOW, case=case, hand_in=made)
        told(self, label, done, total)

    monkeypatch.setattr(Watch, "told", stopped_meanwhile)
    assert _work(site) == 1
    made.refresh_from_db()
    assert (made.state, made.stopping, made.worker) == (HandInState.STOPPED, False, "")
    assert totals(folder).messages == 0
    resume_hand_in(who, NOW, case=case, hand_in=made)
    assert _work(site) == 1
    made.refresh_from_db()
    assert made.state == HandInState.DONE
    assert totals(folder).messages == 50
    steps = [row.verb for row in Entry.objects.order_by("sequence") if row.verb.endswith("hand_in")]
    assert steps == ["hand_in", *["stop_hand_in", "resume_hand_in"] * 2, "finish_hand_in"]


def test_only_whoever_may_take_in_does(hand: Hand, case: Case) -> None:
    """Somebody without a role can neither stop nor resume."""
    from tests.register.people import account

    made = hand(("a.json", chat(1)))
    for step in (stop_hand_in, resume_hand_in):
        with pytest.raises(NotAllowed):
            step(Actor.of(account(f"o-{step.__name__}".replace("_", "-"))), NOW, case=case, hand_in=made)


@pytest.mark.parametrize(
    ("worker", "left", "gone"),
    [
        ("{here}:{alive}:aa", 20, False),
        ("{here}:{alive}:aa", -1, True),
        ("{here}:{dead}:aa", 20, True),
        ("elsewhere:{dead}:aa", 20, False),
        ("elsewhere:{dead}:aa", -1, True),
    ],
)
def test_what_a_dead_worker_had_is_taken_over_and_what_a_living_one_has_is_not(
    hand: Hand, worker: str, left: int, gone: bool
) -> None:
    """At once where its process is gone from this machine, and when its lease runs out anywhere."""
    made = hand(("a.json", chat(1)))
    had = worker.format(here=socket.gethostname()[:60], alive=os.getpid(), dead=2**22 + 5)
    HandIn.objects.update(state=HandInState.RUNNING, worker=had, leased_until=timezone.now() + timedelta(seconds=left))
    assert (claim(named(), timezone.now()) == made) is gone


def test_a_worker_that_lost_its_lease_ends_nothing(site: Site, hand: Hand) -> None:
    """Whoever took over says how it ended; the slow one leaves it alone."""
    made = hand(("a.json", chat(5)))
    slow = claim("elsewhere:1:aa", timezone.now())
    assert slow is not None
    HandIn.objects.update(worker="elsewhere:2:bb")
    take(slow, site, Watch(slow))
    made.refresh_from_db()
    assert (made.state, made.worker) == (HandInState.RUNNING, "elsewhere:2:bb")
    assert not Entry.objects.filter(verb__in=("finish_hand_in", "fail_hand_in")).exists()


def test_a_full_disk_is_a_sentence_and_nothing_is_lost(
    site: Site, hand: Hand, folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It fails with what to do, keeps the bytes, and is taken in when there is room again."""
    made = hand(("a.json", chat(5)))

    def full(*args: object, **named: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr("upstander.evidence.intake.store", full)
        _work(site)
    made.refresh_from_db()
    assert made.error == "The disk that holds the case is full. What was handed in is kept: make room, and try again."
    assert (folder.inbox / made.files[0]["at"]).read_bytes() == chat(5)
    resume_hand_in(SYSTEM, NOW, case=made.case, hand_in=made)
    _work(site)
    assert totals(folder).messages == 5


def test_bytes_that_changed_on_the_way_are_not_taken_for_what_was_sent(site: Site, hand: Hand, folder: Folder) -> None:
    """What is stored is compared with the digest that was taken while it came."""
    made = hand(("a.json", chat(5)))
    (folder.inbox / made.files[0]["at"]).write_bytes(chat(6))
    _work(site)
    made.refresh_from_db()
    assert made.state == HandInState.FAILED
    assert "What lies here as a.json is not what was sent" in made.error
    assert exhibits(folder) == []


def test_a_fault_of_ours_stops_one_hand_in_and_not_the_worker(
    site: Site, hand: Hand, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The others go on; the traceback is for whoever mends it."""
    bad, good = hand(("a.json", chat(5))), hand(("b.json", chat(6)))

    def breaks(*args: object, **named: object) -> object:
        if not Entry.objects.filter(verb="fail_hand_in").exists():
            raise RuntimeError("made for a test")
        return ingest(*args, **named)  # type: ignore[arg-type]

    monkeypatch.setattr("upstander.worker.taking.ingest", breaks)
    assert _work(site) == 2
    bad.refresh_from_db()
    good.refresh_from_db()
    assert (bad.state, good.state) == (HandInState.FAILED, HandInState.DONE)
    assert "fault of Upstander's own (RuntimeError)" in bad.error
    assert "made for a test" in capsys.readouterr().err


def test_a_case_that_is_being_written_to_is_waited_for(site: Site, hand: Hand, folder: Folder) -> None:
    """Not a failure: it is tried again a little later."""
    made = hand(("a.json", chat(5)))
    with folder.writing():
        assert _work(site) == 1
    made.refresh_from_db()
    assert (made.state, made.worker) == (HandInState.WAITING, "")
    assert "writes to the case" in made.label
    assert _work(site) == 0
    HandIn.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    assert _work(site) == 1
    assert totals(folder).messages == 5


def test_the_inbox_of_the_server_offers_what_lies_in_it_and_nothing_else(
    site: Site, hand: Hand, folder: Folder, tmp_path: Path
) -> None:
    """Names, not paths: no way out of it, no link, nothing hidden; what was there stays."""
    assert site.inbox is not None
    own = site.inbox / folder.path.name
    (site.inbox / "OTHER-1" / "theirs").mkdir(parents=True)
    (own / "phone").mkdir(parents=True)
    (own / "phone" / "result.json").write_bytes(chat(5))
    (tmp_path / "secret.txt").write_text("not for the case")
    (own / "link").symlink_to(tmp_path / "secret.txt")
    (own / ".hidden").write_text("no")
    for offer in (
        "theirs",
        "../OTHER-1/theirs",
        "link",
        ".hidden",
        "..",
        "../secret.txt",
        str(tmp_path / "secret.txt"),
        "phone/result.json",
        "none",
    ):
        with pytest.raises(Refused, match="inbox"):
            hand(offer=offer)
    made = hand(offer="phone", reference="AB/1")
    _work(site)
    made.refresh_from_db()
    assert made.state == HandInState.DONE
    assert [row["source_name"] for row in exhibits(folder)] == ["phone/result.json"]
    assert (own / "phone" / "result.json").is_file()


def test_progress_is_told_twice_a_second_at_most(hand: Hand, django_assert_num_queries: object) -> None:
    """However often the work tells, the register hears of it now and then."""
    hand(("a.json", chat(1)))
    made = claim(named(), timezone.now())
    assert made is not None
    watch = Watch(made)
    with django_assert_num_queries(1):  # type: ignore[operator]
        for done in range(1_000):
            watch.told("Reading AB/1 \udcff", done, 1_000)
    made.refresh_from_db()
    assert (made.label, made.done, made.total) == ("Reading AB/1 ?", 0, 1_000)


def test_the_phones_are_compared_once_after_the_last_of_many(site: Site, hand: Hand, folder: Folder) -> None:
    """Those that others wait behind leave it to the last; where the last fails, the worker does it all the same."""
    hand(("a.json", chat(5)), reference="AB/1")
    hand(("b.json", chat(6)), reference="AB/1")
    first = claim(named(), timezone.now())
    assert first is not None
    take(first, site, Watch(first))
    assert standing(folder) is Standing.ABSENT
    second = claim(named(), timezone.now())
    assert second is not None
    take(second, site, Watch(second))
    assert standing(folder) is Standing.ABSENT
    keeping = Keeping(site, lambda: False)
    assert keeping.look() == [], "somebody may be about to hand in more"
    _left_alone(folder)
    assert keeping.look() == ["MS-1"]
    assert standing(folder) is Standing.CURRENT


def test_people_follow_what_is_decided_of_them(site: Site, hand: Hand, folder: Folder) -> None:
    """A decision makes the tables of people older: they are made again, once, and not while others write."""
    hand(("a.json", chat(5)))
    _work(site)
    keeping = Keeping(site, lambda: False)
    _left_alone(folder)
    assert keeping.look() == []
    capture = conversations(folder)[0]["conversation"]
    row = {"decision": "confirmed", "a": f"{capture}/user0", "b": f"{capture}/user1", "by": "R", "at": "2018-04-03"}
    (folder.decisions / "aliases.jsonl").parent.mkdir(exist_ok=True)
    (folder.decisions / "aliases.jsonl").write_text(json.dumps(row) + "\n")
    _left_alone(folder, 1_000)
    assert standing(folder) is Standing.OLDER
    with folder.writing():
        assert keeping.look() == []
    assert keeping.look() == ["MS-1"]
    assert standing(folder) is Standing.CURRENT
    assert keeping.look() == []


def test_a_first_ranking_is_made_of_what_was_taken_in(site: Site, hand: Hand, folder: Folder) -> None:
    """Content notes and `flagged:` rest on it; a case of the command line, or of an older version, gets one too."""
    hand(("a.json", chat(5)))
    _work(site)
    scores = folder.tables / "scores"
    assert scores.is_dir()
    shutil.rmtree(scores)
    keeping = Keeping(site, lambda: False)
    # The first look weighs what people said, which touches the case.
    for _ in range(2):
        _left_alone(folder)
        keeping.look()
    assert scores.is_dir()


def _left_alone(folder: Folder, ago: int = 2_000) -> None:
    """As if nobody had touched it for a while."""
    for path in (folder.tables, folder.decisions / "aliases.jsonl"):
        if path.exists():
            os.utime(path, (ago, ago))


def test_a_register_that_is_away_for_a_moment_fails_no_hand_in(
    site: Site, hand: Hand, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """PostgreSQL restarted as it ended: the hand-in is taken up again when its lease runs out, and ends once."""
    made = hand(("a.json", chat(5)))

    def away(*args: object, **named: object) -> None:
        raise OperationalError("the connection is closed")

    with monkeypatch.context() as patched:
        patched.setattr("upstander.worker.taking.finish_hand_in", away)
        patched.setattr("upstander.worker.loop.connection.close", lambda: None)
        _work(site)
    made.refresh_from_db()
    assert (made.state, made.error) == (HandInState.RUNNING, "")
    HandIn.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    _work(site)
    made.refresh_from_db()
    assert made.state == HandInState.DONE
    assert Entry.objects.filter(verb="finish_hand_in").count() == 1
    assert "the connection is closed" in capsys.readouterr().err


def test_a_hand_in_whose_exhibits_came_back_from_a_backup_is_ended(site: Site, hand: Hand, folder: Folder) -> None:
    """The register says that it waits, its bytes are exhibits already: it is entered, and nothing is read twice."""
    made = hand(("a.json", chat(5)), reference="AB/1")
    place = folder.inbox / Path(made.files[0]["at"]).parts[0]
    handed = Handed(custodian="PC Ash Example", reference="AB/1")
    ingest(folder, [folder.inbox / made.files[0]["at"]], handed, now=NOW, progress=lambda *_: None)
    shutil.rmtree(place)
    lost = hand(("b.json", chat(6)), reference="AB/2")
    shutil.rmtree(folder.inbox / Path(lost.files[0]["at"]).parts[0])
    _work(site)
    made.refresh_from_db()
    lost.refresh_from_db()
    assert (made.state, made.intake) == (HandInState.DONE, intakes(folder)[0].id)
    assert lost.error == "What was handed in is not in the inbox any more, nor among the exhibits: hand it in again."
