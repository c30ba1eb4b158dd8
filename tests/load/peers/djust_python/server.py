"""The dashboard of examples/fanout in djust for Python, under uvicorn: one process, one thread.

`tests/bench --peer djust-python` starts it. It says on standard error where it listens.
"""

import asyncio
import socket
import sys
from pathlib import Path

import django
from django.conf import settings

settings.configure(
    DEBUG=False,
    SECRET_KEY="this is a load test, this is not a secret",
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF="dashboard",
    INSTALLED_APPS=[
        "django.contrib.contenttypes",
        "django.contrib.auth",
        "django.contrib.sessions",
        "channels",
        "djust",
    ],
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
    ],
    SESSION_ENGINE="django.contrib.sessions.backends.cache",
    TEMPLATES=[
        {
            "BACKEND": "djust.template_backend.DjustTemplateBackend",
            "DIRS": [Path(__file__).parent / "templates"],
            "APP_DIRS": False,
            "OPTIONS": {},
        }
    ],
    CHANNEL_LAYERS={"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}},
    LIVEVIEW_ALLOWED_MODULES=["dashboard"],
    # All clients have one address.
    LIVEVIEW_CONFIG={"rate_limit": {"max_connections_per_ip": 1_000_000}},
)
django.setup()

import uvicorn  # noqa: E402
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from django.core.asgi import get_asgi_application  # noqa: E402
from django.urls import path  # noqa: E402
from djust.websocket import LiveViewConsumer  # noqa: E402

application = ProtocolTypeRouter(
    {
        "http": get_asgi_application(),
        "websocket": URLRouter([path("ws/live/", LiveViewConsumer.as_asgi())]),
    }
)


def main() -> None:
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(4096)
    print("djust-python listens on http://%s:%d" % listener.getsockname(), file=sys.stderr, flush=True)
    config = uvicorn.Config(application, log_level="error", access_log=False, lifespan="off")
    asyncio.run(uvicorn.Server(config).serve(sockets=[listener]))


if __name__ == "__main__":
    main()
