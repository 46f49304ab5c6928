"""What is masked, and what is not."""

from __future__ import annotations

import pytest

from harness.reports.masking import masked, masked_text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Host: 127.0.0.1:45123", "Host: <host>"),
        ("http://localhost:8080/v1", "http://<host>/v1"),
        ("Nonce 1795277894 was sent twice", "Nonce <moment> was sent twice"),
        ("Timestamp: 1795277894513", "Timestamp: <moment>"),
        (f"Sign: {'0a' * 64}", "Sign: <signature>"),
        (f"Sign: {'aZ9/' * 22}==", "Sign: <signature>"),
        ("nonce: TtKYT74PYzYOfy58g91rIeFTbnN23zh4", "nonce: <signature>"),
        ("no answer within 5.02 s", "no answer within <duration> s"),
        ("after 37 ms", "after <duration> ms"),
        ("<Session object at 0x7f2ab4f6dad0>", "<Session object at <address>>"),
        ("/tmp/noncense-state-x1_y/3", "<folder>/3"),
    ],
)
def test_what_differs_between_runs_is_masked(text: str, shown: str) -> None:
    assert masked_text(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "amount was sent as 1e-08, not as a plain decimal",
        "Order 36000001 was placed twice",
        "AMOUNT-IN-SCIENTIFIC-NOTATION",
        "place_order(market='BTC/USDT', price='20000.00', amount='0.01000000')",
        "403 nonce_not_increasing, 2 requests",
        "<secret#1a2b3c4d>",
        "POST /api/spot/v1/order/place_order",
    ],
)
def test_what_the_seed_decides_stays(text: str) -> None:
    assert masked_text(text) == text


def test_a_report_is_masked_throughout_and_its_counts_stay() -> None:
    report = {
        "seed": 1795277894,
        "duration_s": 1.5,
        "requirements": [{"duration_s": 0.2, "notes": ["at 1795277894513"]}],
    }
    assert masked(report) == {
        "seed": 1795277894,
        "duration_s": 0,
        "requirements": [{"duration_s": 0, "notes": ["at <moment>"]}],
    }


def test_what_goes_on_until_digests_of_every_shape_were_seen_is_counted_out() -> None:
    notes = ["seen: 640 requests; covered: a digest that begins with 0 (59 times), a digest that begins with 00 (once)"]
    until = {"id": "SIGN-003", "examples": 45, "exchanges": 900, "notes": notes}
    settled = {"id": "SIGN-001", "examples": 22, "exchanges": 100, "notes": ["seen: 75 requests"]}
    report = masked({"exchanges": 1002, "requirements": [until, settled]})
    assert report["exchanges"] == 102
    assert report["requirements"][1] == settled
    assert report["requirements"][0] == {
        "id": "SIGN-003",
        "examples": 0,
        "exchanges": 0,
        "evidence": None,
        "notes": [
            "seen: <count> requests; covered: a digest that begins with 0 <count>, a digest that begins with 00 <count>"
        ],
    }
