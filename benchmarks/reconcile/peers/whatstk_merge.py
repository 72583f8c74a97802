"""whatstk 0.9.1 merging exports, its limit of 50 MB lifted; run by its own interpreter."""

import json
import sys

from whatstk import WhatsAppChat  # type: ignore[import-not-found]
from whatstk.utils.chat_merge import merge_chats  # type: ignore[import-not-found]

frames = [WhatsAppChat.from_source(path, max_size=None).df for path in sys.argv[1:]]
merged = merge_chats(frames)
print(json.dumps({"sightings": sum(map(len, frames)), "rows": len(merged)}))
