"""`noncense test --campaign`: the state machine, by budget."""

from __future__ import annotations

from collections.abc import Sequence

from harness.drivers import Client
from harness.errors import UsageError
from harness.events import Listener, RunSummary
from harness.run import RunSettings

#: One schedule is played within this, whatever becomes of it, seconds.
ONE_SCHEDULE_S = 600.0


def go(
    settings: RunSettings,
    client: Client,
    listeners: Sequence[Listener],
    *,
    campaign: str | None,
    examples_in: str | None,
    schedule: str | None,
) -> RunSummary:
    """Run the campaign that the command line asks for, or play one schedule of it.

    Raises:
        UsageError: The budget, the database or the schedule makes no sense, or rows are asked for side by side.
    """
    from harness import campaign as campaigns

    if settings.jobs > 1:
        raise UsageError(
            "a campaign plays one schedule at a time: instead of --jobs, start several with one --examples-in"
        )
    asked = campaigns.CampaignSettings(
        run=settings,
        budget_s=ONE_SCHEDULE_S if campaign is None else campaigns.read_budget(campaign),
        database=None if schedule is not None else examples_in or campaigns.FOLDER,
        schedule=None if schedule is None else campaigns.from_word(schedule),
    )
    return campaigns.campaign(asked, client, listeners)
