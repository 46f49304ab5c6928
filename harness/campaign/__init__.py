"""Campaigns: one state machine mixes calls, bursts, clock steps, faults, restarts, sessions and keys, by budget."""

from harness.campaign.budget import read_budget
from harness.campaign.campaign import campaign
from harness.campaign.memory import FOLDER
from harness.campaign.schedules import as_word, from_word
from harness.campaign.watching import CampaignSettings

__all__ = ["FOLDER", "CampaignSettings", "as_word", "campaign", "from_word", "read_budget"]
