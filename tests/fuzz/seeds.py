"""Small invented documents of every format, for the fuzzers to start from."""

import json
from pathlib import Path

from tests.fuzz.databases import MADE
from tests.support import made_report
from tests.support.made_signal import SAMPLE, lines

__all__ = ["write_seeds"]

_TEXTS = {
    "ios.txt": "[01/03/2018, 09:30:15] Vale: rota\r\n\u200e[01/03/2018, 09:31:00] Vale: \u200e<attached: 1.jpg>\r\n",
    "android.txt": "01/03/2018, 09:30 - Vale added Finch\n13/03/2018, 09:31 - Finch: lift?\nsecond line\n",
    "us.txt": "3/1/18, 9:30\u202fAM - Vale: ok\n3/14/18, 9:31\u202fPM - Finch: <Media omitted>\n",
    "long.txt": "\ufeff[01.03.18, 09:30:15] \u200eLate turn: \u200eNachrichten sind Ende-zu-Ende-verschl\u00fcsselt.\n"
    "[13.03.18, 09:30:15] ~\u202fVale: Kaffee? \u200e<Diese Nachricht wurde bearbeitet.>\n"
    "[13.03.18, 09:30:16] \u202a+44\u00a07700\u00a0900001\u202c: \u200eDiese Nachricht wurde gel\u00f6scht.\n"
    "[13.03.18, 09:30:17] Vale: \u200eUMFRAGE:\n[13.03.18, 09:30:18] Finch: inside\n\u200eOPTION: Ja (2 Stimmen)\n"
    "[13.03.18, 09:29:17] \u200eVale hat Finch hinzugef\u00fcgt.\n[31.02.18, 09:29:17] Vale: location: https://maps.google.com/?q=1,2\n",
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
                {
                    "id": 3,
                    "type": "message",
                    "date": "2018-03-01T09:32:00",
                    "edited": "2018-03-01T09:33:00",
                    "edited_unixtime": "1519896780",
                    "from": "Finch",
                    "from_id": "user2",
                    "reply_to_message_id": 1,
                    "forwarded_from": "Vale",
                    "photo": "photos/1.jpg",
                    "width": 1,
                    "media_type": "voice_message",
                    "file": "(File not included.)",
                    "poll": {"question": "Tea?", "answers": [{"text": "yes", "voters": 1}]},
                    "location_information": {"latitude": 51.5, "longitude": -0.1},
                    "contact_information": {"first_name": "A", "phone_number": "1"},
                    "reactions": [{"type": "emoji", "count": 1, "emoji": "\u2764", "recent": [{"from_id": "user1"}]}],
                    "text": "tea",
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
    "signal.jsonl": lines(SAMPLE).decode(),
    "newer.html": '<html><head><title>Shift</title></head><body class="_5vb_"><h1>Shift</h1><div>'
    '<div class="pam _a6-g"><div class="_a6-h">Participants: Vale, Finch and Zo\u00eb</div></div>'
    '<div class="pam _3-95 _a6-g uiBoxWhite">'
    '<h2 class="_3-95 _a6-h _a6-i">Vale</h2><div class="_3-95 _a6-p"><div><div></div><div>b<br/>c &amp;</div><div>'
    '</div><div></div><div><a href="photos/1.jpg"><img src="photos/1.jpg" /></a></div><ul class="_a6-q">'
    '<li>\U0001f44dFinch</li></ul></div></div><div class="_3-94 _a6-o">Oct 04, 2021, 10:07 PM</div></div></div></body>'
    "</html>",
    "of_2018.html": '<html><head><title>Shift</title></head><body class="_5vb_"><h1>Shift</h1><div>'
    '<div class="pam _3-95 _2pi0 _2lej uiBoxWhite noborder"><div class="_3-96 _2pio _2lek _2lel">Vale</div>'
    '<div class="_3-96 _2let"><div><div></div><div>Vale added Finch to the group.</div><div></div><div></div></div>'
    '</div>'
    '<div class="_3-94 _2lem">Oct 4, 2018 10:06pm</div></div></div></body></html>',
    "messages.htm": '<html><body><div class="thread">Vale, Finch<div class="message"><div class="message_header">'
    '<span class="user">Vale</span><span class="meta">Thursday, March 1, 2018 at 9:30am UTC</span></div></div>'
    "<p>ok</p></div></body></html>",
    "sms.xml": '<?xml version="1.0" encoding="UTF-8"?><smses count="1"><sms protocol="0" address="+447700900001" '
    'date="1519896600000" type="1" body="ok &#55357;&#56832;" read="1" status="-1" contact_name="Vale" />'
    '<mms date="1519896700000" msg_box="1" address="+447700900001~+447700900002" sub="tea" ct_t="multipart/related">'
    '<parts><part seq="0" ct="text/plain" name="null" chset="106" text="lift?" />'
    '<part seq="1" ct="image/jpeg" name="1.jpg" data="/9j/4AA=" text="null" /></parts><addrs>'
    '<addr address="+447700900001" type="137" charset="106" />'
    '<addr address="+447700900002" type="151" charset="106" /></addrs></mms></smses>',
    "teams_export.json": json.dumps(
        {
            "userId": "8:orgid:vale",
            "exportDate": "2021-06-01T09:00",
            "conversations": [
                {
                    "id": "19:lates@thread.v2",
                    "displayName": None,
                    "threadProperties": {"topic": "Late turn", "members": '["8:orgid:vale","8:orgid:finch"]'},
                    "MessageList": [
                        {
                            "id": "1622383468000",
                            "originalarrivaltime": "2021-05-30T14:04:28.000Z",
                            "messagetype": "RichText/Html",
                            "content": '<blockquote itemtype="http://schema.skype.com/Reply" itemid="1622383467000">'
                            '<strong itemprop="mri" itemid="8:orgid:vale">Vale</strong><p>lift?</p></blockquote>'
                            '<p>ok <img itemtype="http://schema.skype.com/Emoji" alt="\U0001f44d"></p>',
                            "from": "8:orgid:finch",
                            "displayName": "Finch",
                            "conversationid": "19:lates@thread.v2",
                            "properties": {
                                "edittime": 1622383469000,
                                "emotions": '[{"key":"like","users":[{"mri":"8:orgid:vale","time":1622383470000}]}]',
                                "files": '[{"fileName":"rota.docx"}]',
                            },
                        },
                        {
                            "id": "1622383467000",
                            "originalarrivaltime": "2021-05-30T14:04:27.000Z",
                            "messagetype": "ThreadActivity/AddMember",
                            "content": "<addmember><eventtime>1622383467000</eventtime><initiator>8:orgid:vale"
                            "</initiator><target>8:orgid:finch</target></addmember>",
                            "from": "19:lates@thread.v2",
                        },
                    ],
                }
            ],
        }
    ),
    "report.xml": made_report.SEED,
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
    "discord.json": json.dumps(
        {
            "guild": {"id": "7", "name": "Division"},
            "channel": {"id": "8", "type": "GuildTextChat", "category": "Shifts", "name": "lates", "topic": "rota"},
            "dateRange": {"after": None, "before": "2018-04-01T00:00:00+00:00"},
            "messages": [
                {"id": "1", "type": "RecipientAdd", "timestamp": "2018-03-01T09:30:00+00:00", "content": "Added.",
                 "author": {"id": "11", "name": "vale"}, "mentions": [{"id": "12", "name": "finch"}]},
                {"id": "2", "type": "Reply", "timestamp": "2018-03-01T09:31:00.123456+01:00",
                 "timestampEdited": "2018-03-01T09:32:00+00:00", "content": "tea",
                 "author": {"id": "12", "name": "finch", "discriminator": "0001", "nickname": "Finch"},
                 "attachments": [{"url": "x.json_Files/1.png", "fileName": "1.png", "fileSizeBytes": 1}],
                 "stickers": [{"name": "Laugh", "sourceUrl": "https://example.org/1.png"}],
                 "embeds": [{"title": "a", "url": "https://example.org", "fields": [{"name": "b", "value": "c"}]}],
                 "reactions": [{"emoji": {"name": "x"}, "count": 3, "users": [{"id": "11", "name": "vale"}]}],
                 "reference": {"messageId": "1"}, "forwardedMessage": {"content": "lift?", "attachments": []}},
            ],
            "messageCount": 2,
        }
    ),
    "slack.json": json.dumps(
        [
            {"type": "message", "subtype": "channel_join", "user": "U01", "inviter": "U02", "ts": "1519896600.000001"},
            {"type": "message", "user": "U01", "text": "tea &amp; <@U02>", "ts": "1519896601.000002",
             "thread_ts": "1519896600.000001", "edited": {"user": "U01", "ts": "1519896602.000000"},
             "reactions": [{"name": "x", "users": ["U02"], "count": 2}], "blocks": [{"text": {"text": "a"}}],
             "files": [{"id": "F1", "name": "1.png", "mimetype": "image/png", "size": 1}],
             "attachments": [{"title": "b", "from_url": "https://example.org", "is_msg_unfurl": True}]},
            {"type": "message", "subtype": "message_changed", "ts": "1519896603.000002",
             "message": {"user": "U01", "text": "b", "ts": "1519896601.000002"},
             "previous_message": {"user": "U01", "text": "a", "ts": "1519896601.000002"}},
            {"type": "message", "subtype": "message_deleted", "deleted_ts": "1519896599.000002",
             "ts": "1519896604.000002", "previous_message": {"user": "U01", "text": "a", "ts": "1519896599.000002"}},
            {"type": "message", "subtype": "channel_topic", "topic": "rota", "user": "U01", "ts": "1519896605.000001"},
        ]
    ),
    "users.json": json.dumps(
        [{"id": "U01", "name": "vale", "profile": {"real_name": "Vale", "phone": "+447700900001"}}]
    ),
    "channels.json": json.dumps(
        [{"id": "C01", "name": "lates", "created": 1519896600, "creator": "U01", "members": ["U01"],
          "topic": {"value": "rota", "creator": "U01", "last_set": 1519896600}}]
    ),
}  # fmt: skip


def write_seeds(folder: Path) -> None:
    """Write every seed into `folder`, which is made."""
    folder.mkdir(parents=True)
    for name, text in _TEXTS.items():
        (folder / name).write_text(text, encoding="utf-8", newline="")
    for name, make in MADE.items():
        (folder / name).write_bytes(make(folder.with_name("being made")))
