"""Django's settings, made from the site's: nothing else is read from outside."""

from pathlib import Path
from typing import Any

from upstander.register.site import Site

__all__ = ["configured"]

_HERE = Path(__file__).parent


def configured(site: Site) -> dict[str, Any]:
    """Every setting of Django's that the desk has of its own, by its name."""
    return {
        "SITE": site,
        "SECRET_KEY": site.secret_key,
        "DEBUG": False,
        "ALLOWED_HOSTS": list(site.hosts),
        "ROOT_URLCONF": "upstander.web.urls",
        "WSGI_APPLICATION": "upstander.web.wsgi.application",
        "INSTALLED_APPS": [
            "upstander.register",
            "upstander.web",
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.messages",
            "django.contrib.sessions",
            "django.contrib.staticfiles",
            # The templates of widgets that have no component: the hidden field of a key is one.
            "django.forms",
            "allauth",
            "allauth.account",
            "allauth.mfa",
            "django_htmx",
        ],
        "MIDDLEWARE": [
            "upstander.web.zones.reset",
            "django.middleware.security.SecurityMiddleware",
            "upstander.web.guards.headers",
            "upstander.web.guards.limits",
            "whitenoise.middleware.WhiteNoiseMiddleware",
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.common.CommonMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
            "django.middleware.clickjacking.XFrameOptionsMiddleware",
            "allauth.account.middleware.AccountMiddleware",
            "django_htmx.middleware.HtmxMiddleware",
            "upstander.web.guards.entrance",
            "upstander.web.guards.refusals",
        ],
        "TEMPLATES": [
            {
                "BACKEND": "django.template.backends.jinja2.Jinja2",
                "DIRS": [_HERE / "templates"],
                "APP_DIRS": False,
                "OPTIONS": {
                    "environment": "upstander.web.drawing.environment",
                    "context_processors": ["upstander.web.drawing.everywhere"],
                },
            },
            # The templates that allauth and the forms fall back to.
            {"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True, "DIRS": []},
        ],
        "DATABASES": {"default": site.database},
        "DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField",
        "AUTH_USER_MODEL": "register.Account",
        "AUTHENTICATION_BACKENDS": ["upstander.web.signing_in.Passwords"],
        "PASSWORD_HASHERS": ["django.contrib.auth.hashers.Argon2PasswordHasher"],
        "AUTH_PASSWORD_VALIDATORS": [
            {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
            for name, options in (
                ("UserAttributeSimilarityValidator", {"user_attributes": ("username", "full_name", "number")}),
                ("MinimumLengthValidator", {"min_length": 12}),
                ("CommonPasswordValidator", {}),
            )
        ],
        "LOGIN_URL": "account_login",
        "LOGIN_REDIRECT_URL": "cases",
        "ACCOUNT_USER_MODEL_EMAIL_FIELD": None,
        "ACCOUNT_LOGIN_METHODS": {"username"},
        "ACCOUNT_SIGNUP_FIELDS": ["username*", "password1*"],
        "ACCOUNT_EMAIL_VERIFICATION": "none",
        # Shared by all processes of a site, and there after a restart: what counts wrong passwords is kept in it.
        "CACHES": {
            "default": {"BACKEND": "upstander.web.counting.Counters", "LOCATION": "register_cache"},
        },
        "ALLAUTH_TRUSTED_PROXY_COUNT": site.proxies,
        # The second is for a name at one address, and the third for a name from anywhere: nobody keeps others out of
        # theirs alone, and many together cannot guess at one for ever.
        "ACCOUNT_RATE_LIMITS": {
            "login": "60/m/ip",
            "login_failed": f"{site.lock_after}/900s/key",
            "login_failed_anywhere": f"{site.lock_after * 12}/900s/key",
        },
        "ACCOUNT_FORMS": {
            "login": "upstander.web.signing_in.SigningIn",
            "change_password": "upstander.web.signing_in.ChangingPassword",
        },
        "ACCOUNT_ADAPTER": "upstander.web.signing_in.Adapter",
        "ACCOUNT_SESSION_REMEMBER": False,
        "ACCOUNT_LOGOUT_REDIRECT_URL": "account_login",
        "MFA_SUPPORTED_TYPES": ["totp", "webauthn", "recovery_codes"],
        "MFA_PASSKEY_LOGIN_ENABLED": True,
        "MFA_FORMS": {
            "add_webauthn": "upstander.web.keys.AddKey",
            "authenticate": "upstander.web.second_step.Code",
            "reauthenticate": "upstander.web.second_step.CodeAgain",
            "authenticate_webauthn": "upstander.web.second_step.Key",
            "reauthenticate_webauthn": "upstander.web.second_step.KeyAgain",
        },
        "MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN": not site.https,
        "MFA_TOTP_ISSUER": "Upstander",
        "SESSION_COOKIE_AGE": int(site.session_hours * 3600),
        # `signing_in.keep_open` saves it, once a minute.
        "SESSION_SAVE_EVERY_REQUEST": False,
        "SESSION_EXPIRE_AT_BROWSER_CLOSE": True,
        # A browser takes a cookie of such a name from this host alone, over HTTPS, and sends it to no other.
        "SESSION_COOKIE_NAME": f"{'__Host-' if site.https else ''}sessionid",
        "CSRF_COOKIE_NAME": f"{'__Host-' if site.https else ''}csrftoken",
        "SESSION_COOKIE_SECURE": site.https,
        "CSRF_COOKIE_SECURE": site.https,
        "SESSION_COOKIE_HTTPONLY": True,
        "CSRF_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "CSRF_COOKIE_SAMESITE": "Lax",
        "SECURE_CONTENT_TYPE_NOSNIFF": True,
        "SECURE_REFERRER_POLICY": "same-origin",
        "SECURE_CROSS_ORIGIN_OPENER_POLICY": "same-origin",
        "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https") if site.https else None,
        "SECURE_HSTS_SECONDS": 31_536_000 if site.https else 0,
        "SECURE_HSTS_INCLUDE_SUBDOMAINS": site.https,
        # What a page says once names people and cases: it waits here, and not in a cookie.
        "MESSAGE_STORAGE": "django.contrib.messages.storage.session.SessionStorage",
        "CSRF_FAILURE_VIEW": "upstander.web.faults.forgery",
        "X_FRAME_OPTIONS": "DENY",
        "LANGUAGE_CODE": "en-gb",
        "TIME_ZONE": "UTC",
        "USE_TZ": True,
        "USE_I18N": False,
        "STATIC_URL": "static/",
        "STATICFILES_DIRS": [("desk", _HERE / "assets")],
        # Read once, from where they are: nothing is collected. What has a digest in its name is kept for ever.
        "WHITENOISE_USE_FINDERS": True,
        "WHITENOISE_AUTOREFRESH": False,
        "WHITENOISE_MAX_AGE": 300,
        "WHITENOISE_ALLOW_ALL_ORIGINS": False,
        "WHITENOISE_IMMUTABLE_FILE_TEST": r"\.[0-9a-f]{12}\.[a-z]+$",
        "FORM_RENDERER": "upstander.web.drawing.Forms",
        "DATA_UPLOAD_MAX_MEMORY_SIZE": 2 * 1024 * 1024,
        "DATA_UPLOAD_MAX_NUMBER_FIELDS": 2_000,
        "DATA_UPLOAD_MAX_NUMBER_FILES": 5_000,
        "FILE_UPLOAD_HANDLERS": ["upstander.web.arriving.Arriving"],
    }
