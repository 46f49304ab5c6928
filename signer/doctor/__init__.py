"""The doctor: names the mistake that turned a request and a secret into the signature that arrived."""

from signer.doctor.codes import CODES, Explanation
from signer.doctor.demonstration import Demonstration
from signer.doctor.demonstrations import demonstrations
from signer.doctor.diagnosis import Diagnosis, Examination
from signer.doctor.making import mistaken
from signer.doctor.search import diagnose, examine
from signer.doctor.series import Habit, habits
from signer.doctor.telling import Telling, telling_request

__all__ = [
    "CODES",
    "Demonstration",
    "Diagnosis",
    "Examination",
    "Explanation",
    "Habit",
    "Telling",
    "demonstrations",
    "diagnose",
    "examine",
    "habits",
    "mistaken",
    "telling_request",
]
