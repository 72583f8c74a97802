"""whatstk 0.9.1 on one file, its limit of 50 MB lifted; run by its own interpreter."""

import json
import sys

sys.path.pop(0)  # this file's folder, where `whatstk` would be this very file

from whatstk import WhatsAppChat  # type: ignore[import-not-found]

frame = WhatsAppChat.from_source(sys.argv[1], max_size=None).df
print(json.dumps({"authored": len(frame), "authors": int(frame["username"].nunique())}))
