"""The second stage of the first ranking: an encoder that somebody gives by path reads again what ranks highest.

It is a folder on this machine: nothing is fetched, nothing in it is run but the numbers of an ONNX model. The linear
stage's order stands for everything else, and both scores are kept.
"""

from upstander.review.encoder.folder import Folder, folder
from upstander.review.encoder.second import SHARE, Second, second
from upstander.review.encoder.session import Encoder, loaded

__all__ = ["SHARE", "Encoder", "Folder", "Second", "folder", "loaded", "second"]
