"""chat-miner 0.6.0 on one file; run by its own interpreter."""

import json
import logging
import sys

from chatminer.chatparsers import WhatsAppParser  # type: ignore[import-not-found]

logging.disable(logging.INFO)  # a line for every system message would count against it

parser = WhatsAppParser(sys.argv[1])
parser.parse_file()
frame = parser.parsed_messages.get_df()
print(json.dumps({"authored": frame.height, "authors": frame["author"].n_unique()}))
