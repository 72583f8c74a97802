"""Everything that changes anything, one verb a file: actor, power, transaction, one entry in the ledger.

A page, a command and a test call the same function. ::

    give_role(actor, now, case=case, account=account, role=Role.REVIEWER)
"""

from upstander.actions.action import ACTIONS, Action, Told, action
from upstander.actions.actor import SYSTEM, Actor, Via
from upstander.actions.admit_case import admit_case
from upstander.actions.admit_decisions import admit_decisions
from upstander.actions.begin_site import begin_site
from upstander.actions.change_sign_in import change_sign_in
from upstander.actions.choose_care import choose_care
from upstander.actions.close_account import close_account
from upstander.actions.decide_alias import decide_alias
from upstander.actions.end_hand_in import fail_hand_in, finish_hand_in
from upstander.actions.give_role import give_role
from upstander.actions.hand_in import Sent, Statement, hand_in, offered
from upstander.actions.lock_out import lock_out
from upstander.actions.make_account import make_account
from upstander.actions.open_case import open_case
from upstander.actions.powers import OF_ROLES, SITE, Power
from upstander.actions.read_content import read_content
from upstander.actions.resume_hand_in import resume_hand_in
from upstander.actions.save_search import save_search
from upstander.actions.sentences import sentence
from upstander.actions.set_password import set_password
from upstander.actions.sign_in import sign_in
from upstander.actions.state_standing import state_standing
from upstander.actions.stop_hand_in import stop_hand_in
from upstander.actions.withdraw_role import withdraw_role

__all__ = [
    "ACTIONS",
    "OF_ROLES",
    "SITE",
    "SYSTEM",
    "Action",
    "Actor",
    "Power",
    "Sent",
    "Statement",
    "Told",
    "Via",
    "action",
    "admit_case",
    "admit_decisions",
    "begin_site",
    "change_sign_in",
    "choose_care",
    "close_account",
    "decide_alias",
    "fail_hand_in",
    "finish_hand_in",
    "give_role",
    "hand_in",
    "lock_out",
    "make_account",
    "offered",
    "open_case",
    "read_content",
    "resume_hand_in",
    "save_search",
    "sentence",
    "set_password",
    "sign_in",
    "state_standing",
    "stop_hand_in",
    "withdraw_role",
]
