"""Everything that changes anything, one verb a file: actor, power, transaction, one entry in the ledger.

A page, a command and a test call the same function. ::

    give_role(actor, now, case=case, account=account, role=Role.REVIEWER)
"""

from upstander.actions.action import ACTIONS, Action, Told, action
from upstander.actions.actor import SYSTEM, Actor, Via
from upstander.actions.admit_case import admit_case
from upstander.actions.admit_decisions import admit_decisions
from upstander.actions.admit_exhibits import admit_exhibits, admit_intakes
from upstander.actions.begin_queue import begin_queue
from upstander.actions.begin_site import begin_site
from upstander.actions.change_number import change_number
from upstander.actions.change_sign_in import change_sign_in
from upstander.actions.choose_care import choose_care
from upstander.actions.choose_plan import choose_plan
from upstander.actions.close_account import close_account
from upstander.actions.code_message import code_message
from upstander.actions.decide_alias import decide_alias
from upstander.actions.decide_stance import decide_stance
from upstander.actions.deny_message import deny_message
from upstander.actions.draw_sample import draw_sample
from upstander.actions.draw_second import draw_second
from upstander.actions.drop_search import drop_search
from upstander.actions.end_hand_in import fail_hand_in, finish_hand_in
from upstander.actions.give_role import give_role
from upstander.actions.hand_in import Sent, Statement, hand_in, inbox_of, offered
from upstander.actions.lock_out import lock_out
from upstander.actions.make_account import make_account
from upstander.actions.note_reached import note_reached
from upstander.actions.open_case import open_case
from upstander.actions.pass_on import pass_on
from upstander.actions.powers import OF_ROLES, SITE, Power
from upstander.actions.read_content import read_content
from upstander.actions.remove_second_step import remove_second_step
from upstander.actions.resume_hand_in import resume_hand_in
from upstander.actions.save_search import save_search
from upstander.actions.sentences import sentence
from upstander.actions.set_password import set_password
from upstander.actions.settle_disagreement import settle_disagreement
from upstander.actions.sign_in import sign_in
from upstander.actions.state_standing import state_standing
from upstander.actions.stop_hand_in import stop_hand_in
from upstander.actions.withdraw_role import withdraw_role
from upstander.actions.withdraw_standing import withdraw_standing

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
    "admit_exhibits",
    "admit_intakes",
    "begin_queue",
    "begin_site",
    "change_number",
    "change_sign_in",
    "choose_care",
    "choose_plan",
    "close_account",
    "code_message",
    "decide_alias",
    "decide_stance",
    "deny_message",
    "draw_sample",
    "draw_second",
    "drop_search",
    "fail_hand_in",
    "finish_hand_in",
    "give_role",
    "hand_in",
    "inbox_of",
    "lock_out",
    "make_account",
    "note_reached",
    "offered",
    "open_case",
    "pass_on",
    "read_content",
    "remove_second_step",
    "resume_hand_in",
    "save_search",
    "sentence",
    "set_password",
    "settle_disagreement",
    "sign_in",
    "state_standing",
    "stop_hand_in",
    "withdraw_role",
    "withdraw_standing",
]
