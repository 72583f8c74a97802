"""The module that Django reads its settings from: those of the site, as the environment gives them."""

from upstander.register.site import Site
from upstander.web.configured import configured

globals().update(configured(Site.read()))
