"""The view, and the requests of the load generator."""

from channels.layers import get_channel_layer
from django.http import JsonResponse
from django.urls import path
from djust import LiveView
from djust.push import apush_to_view, view_group_name

VIEW = "dashboard.Dashboard"

CARDS = [
    ("pending_orders", "Pending orders", 12),
    ("sessions", "Open sessions", 3481),
    ("sign_ups", "Sign-ups today", 57),
    ("refunds", "Refunds today", 3),
    ("queue_length", "Queue length", 140),
    ("workers_busy", "Busy workers", 6),
    ("errors", "Errors this hour", 2),
    ("retries", "Retries this hour", 9),
    ("revenue", "Revenue today", 18240.5),
    ("average_basket", "Average basket", 42.75),
    ("conversion", "Conversion, %", 3.2),
    ("load", "Load", 0.64),
    ("latency_p50", "Median latency, ms", 18.5),
    ("latency_p99", "Latency p99, ms", 140.25),
    ("region", "Region", "eu-central"),
    ("release", "Release", "2026.11.3"),
    ("status", "Status", "All systems normal"),
    ("on_call", "On call", "Ada"),
]


class Dashboard(LiveView):
    """Twenty values, of which a push changes two."""

    template_name = "dashboard.html"

    def mount(self, request, **kwargs):
        self.marker = "none"
        self.visitors = 0
        for name, _, value in CARDS:
            setattr(self, name, value)


async def push(request):
    n = int(request.GET["n"])
    await apush_to_view(VIEW, state={"marker": f"S{n:06}", "visitors": n})
    return JsonResponse({"status": "delivered"})


async def stats(request):
    members = get_channel_layer().groups.get(view_group_name(VIEW), {})
    return JsonResponse({"live": len(members)})


urlpatterns = [
    path("dashboard", Dashboard.as_view()),
    path("push", push),
    path("stats", stats),
]
