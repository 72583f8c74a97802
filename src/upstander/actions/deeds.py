"""What each action is called where people choose among deeds, as in the ledger's filter."""

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["DEEDS", "deed"]

#: By verb. That every action has one is a test.
DEEDS: Mapping[str, str] = MappingProxyType(
    {
        "admit_case": "Admitted a case that was made at the command line",
        "admit_decision": "Decided at the command line",
        "admit_exhibits": "Took in evidence at the command line",
        "begin_queue": "Began to read for a code",
        "change_number": "Corrected the number of an account",
        "change_sign_in": "Changed how they sign in",
        "choose_care": "Chose how pages are shown to them",
        "choose_plan": "Chose how a certificate is made",
        "close_account": "Closed an account",
        "code_message": "Said whether a code applies to a message",
        "decide_alias": "Decided whether two handles are one person",
        "decide_stance": "Decided what a response meant",
        "deny_message": "Said that no code applies to a message",
        "draw_sample": "Drew a final sample for a certificate",
        "draw_second": "Drew messages to be read a second time",
        "drop_search": "Stopped keeping a search",
        "fail_hand_in": "Could not take in what was handed in",
        "finish_hand_in": "Took in what was handed in",
        "give_role": "Gave somebody a role",
        "hand_in": "Handed in evidence",
        "lock_out": "Locked a user name after too many wrong passwords",
        "make_account": "Made an account",
        "make_first_account": "Began the site with its first account",
        "note_backup": "Made a backup",
        "note_reached": "Noted that a ranking came to a message drawn at random before",
        "note_restore": "Brought the site back from a backup",
        "open_case": "Opened a case",
        "pass_on": "Passed a message on to others",
        "read_content": "Read what people wrote",
        "remove_second_step": "Removed a lost second step",
        "resume_hand_in": "Went on with taking in",
        "save_search": "Kept a search",
        "set_password": "Gave an account another password",
        "settle_disagreement": "Settled a disagreement",
        "sign_in": "Signed in",
        "state_standing": "Named a subject, supervisor, complainant or witness",
        "stop_hand_in": "Stopped taking in",
        "withdraw_role": "Withdrew somebody's role",
        "withdraw_standing": "Withdrew that somebody is named",
    }
)


def deed(verb: str) -> str:
    """What the action of that name is called."""
    return DEEDS.get(verb) or verb.replace("_", " ").capitalize()
