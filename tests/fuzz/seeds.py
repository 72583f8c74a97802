"""Small invented documents of every format, for the fuzzers to start from."""

import json
import sqlite3
from pathlib import Path

__all__ = ["write_seeds"]

_TEXTS = {
    "ios.txt": "[01/03/2018, 09:30:15] Vale: rota\r\n\u200e[01/03/2018, 09:31:00] Vale: \u200e<attached: 1.jpg>\r\n",
    "android.txt": "01/03/2018, 09:30 - Vale added Finch\n13/03/2018, 09:31 - Finch: lift?\nsecond line\n",
    "us.txt": "3/1/18, 9:30\u202fAM - Vale: ok\n3/14/18, 9:31\u202fPM - Finch: <Media omitted>\n",
    "telegram.json": json.dumps(
        {
            "name": "Late turn",
            "type": "private_group",
            "id": 7,
            "messages": [
                {
                    "id": 1,
                    "type": "message",
                    "date": "2018-03-01T09:30:00",
                    "date_unixtime": "1519896600",
                    "from": "Vale",
                    "from_id": "user1",
                    "text": ["rota ", {"type": "bold", "text": "up"}],
                    "text_entities": [],
                },
                {
                    "id": 2,
                    "type": "service",
                    "date": "2018-03-01T09:31:00",
                    "actor": "Vale",
                    "actor_id": "user1",
                    "action": "invite_members",
                    "members": ["Finch"],
                    "text": "",
                },
            ],
        }
    ),
    "messenger.json": json.dumps(
        {
            "participants": [{"name": "Vale"}, {"name": "Finch"}],
            "messages": [
                {
                    "sender_name": "Vale",
                    "timestamp_ms": 1519896600000,
                    "content": "caf\u00c3\u00a9",
                    "type": "Generic",
                    "reactions": [{"reaction": "\u00f0\u009f\u0091\u008d", "actor": "Finch"}],
                }
            ],
            "title": "Late turn",
            "is_still_participant": True,
            "thread_path": "inbox/lateturn_1",
        }
    ),
    "e2ee.json": json.dumps(
        {
            "participants": ["Vale", "Finch"],
            "threadName": "Late turn_1",
            "messages": [
                {
                    "isUnsent": False,
                    "media": [],
                    "reactions": [],
                    "senderName": "Vale",
                    "text": "ok",
                    "timestamp": 1519896600000,
                    "type": "text",
                }
            ],
        }
    ),
    "messages.htm": '<html><body><div class="thread">Vale, Finch<div class="message"><div class="message_header">'
    '<span class="user">Vale</span><span class="meta">Thursday, March 1, 2018 at 9:30am UTC</span></div></div>'
    "<p>ok</p></div></body></html>",
    "sms.xml": '<?xml version="1.0" encoding="UTF-8"?><smses count="1"><sms protocol="0" address="+447700900001" '
    'date="1519896600000" type="1" body="ok &#55357;&#56832;" read="1" status="-1" contact_name="Vale" /></smses>',
    "rsmf_manifest.json": json.dumps(
        {
            "version": "2.0.0",
            "participants": [{"id": "p1", "display": "Vale"}],
            "conversations": [{"id": "c1", "platform": "whatsapp", "participants": ["p1"]}],
            "events": [
                {"type": "message", "id": "e1", "participant": "p1", "conversation": "c1", "body": "ok",
                 "timestamp": "2018-03-01T09:30:00Z"}
            ],
        }
    ),
}  # fmt: skip

_ANDROID = """
create table jid(_id integer primary key, user text, server text, raw_string text);
create table chat(_id integer primary key, jid_row_id integer, subject text);
create table message(_id integer primary key, chat_row_id integer, from_me integer, key_id text,
  sender_jid_row_id integer, timestamp integer, message_type integer, text_data text, sort_id integer);
insert into jid values (1, '1', 'g.us', '1@g.us'), (2, '447700900001', 's.whatsapp.net', '447700900001@s.whatsapp.net');
insert into chat values (1, 1, 'Late turn');
insert into message values (1, 1, 0, 'AB', 2, 1519896600000, 0, 'ok', 1);
"""

_IOS = """
create table ZWACHATSESSION(Z_PK integer primary key, ZCONTACTJID text, ZPARTNERNAME text, ZSESSIONTYPE integer);
create table ZWAMESSAGE(Z_PK integer primary key, ZCHATSESSION integer, ZISFROMME integer, ZMESSAGETYPE integer,
  ZMESSAGEDATE real, ZTEXT text, ZSTANZAID text, ZFROMJID text, ZSORT real);
insert into ZWACHATSESSION values (1, '447700900001@s.whatsapp.net', 'Vale', 0);
insert into ZWAMESSAGE values (1, 1, 0, 0, 541589400.0, 'ok', '3A00', '447700900001@s.whatsapp.net', 1.0);
"""


def write_seeds(folder: Path) -> None:
    """Write every seed into `folder`, which is made."""
    folder.mkdir(parents=True)
    for name, text in _TEXTS.items():
        (folder / name).write_text(text, encoding="utf-8", newline="")
    for name, script in {"msgstore.db": _ANDROID, "ChatStorage.sqlite": _IOS}.items():
        connection = sqlite3.connect(folder / name)
        connection.executescript("pragma page_size = 512;" + script)
        connection.close()
