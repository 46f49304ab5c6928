"""The report to whoever sits in front of it: live on a terminal, plain and without a flicker in a pipe.

What clients sent and said reaches rich as `Text` and never as markup, after `visible` has taken its teeth.
"""

from __future__ import annotations

from types import TracebackType
from typing import Self, TextIO

from rich.cells import chop_cells
from rich.console import Console
from rich.padding import Padding
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from harness.events import (
    CampaignProgress,
    CasePlayed,
    CaseRecorded,
    Event,
    Finding,
    RequirementEnded,
    RequirementResult,
    RequirementStarted,
    RunEnded,
    RunStarted,
    RunSummary,
    Status,
)
from harness.reports.printable import one_line, visible
from harness.reports.reading import (
    Cause,
    Line,
    Weight,
    causes,
    conversation,
    explain,
    headline,
    of_weight,
    remarks,
    skipped_musts,
    tally,
    weigh,
)

_STYLES = {Weight.GOOD: "green", Weight.REMARK: "yellow", Weight.FAILURE: "bold red", Weight.DOUBT: "bold magenta"}
_SIGNS = {Weight.GOOD: "✓", Weight.REMARK: "·", Weight.FAILURE: "✗", Weight.DOUBT: "?"}
_VOICES = {">": "cyan", "<": "blue", "=": "yellow", "!": "red", ":": "magenta", " ": "dim"}

#: So many skipped MUSTs are named in the summary for each reason; the reports name them all.
_NAMED = 12


def console_for(out: TextIO) -> Console:
    """Return a console for a stream: colours on a terminal, no codes and no wrapping elsewhere."""
    return Console(file=out, highlight=False, markup=False, emoji=False, soft_wrap=not out.isatty())


class TerminalReport:
    """Shows progress on a terminal, the findings and the summary everywhere.

    Use it as a context manager: whatever happens, the terminal is left as it was.
    """

    def __init__(self, out: TextIO, *, trace: bool = False) -> None:
        """Set up.

        Args:
            out: Where to write.
            trace: Whether to show every case that is played and the evidence of every requirement.
        """
        self._trace = trace
        self._console = console_for(out)
        self._progress: Progress | None = None
        self._task: TaskID | None = None
        self._by_time = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def hear(self, event: Event) -> None:
        """Show an event."""
        match event:
            case RunStarted():
                self._start(event)
            case RequirementStarted():
                self._describe(event)
            case CasePlayed():
                self._play(event)
            case CampaignProgress():
                self._go_on(event)
            case CaseRecorded():
                pass
            case RequirementEnded(result=result):
                self._advance(result)
            case RunEnded(summary=summary):
                self._stop()
                self._show(summary)

    def _start(self, event: RunStarted) -> None:
        client = event.client
        self._by_time = event.budget_s is not None
        self._line(
            Text.assemble(
                ("noncense", "bold"),
                f" judges {one_line(client.name)} {one_line(client.version)} ({one_line(client.language)},"
                f" {event.form}) on {one_line(event.dialect)}, profile {event.profile}, seed {event.seed}",
            )
        )
        if self._console.is_terminal:
            self._progress = Progress(
                BarColumn(bar_width=24),
                MofNCompleteColumn(),
                TimeElapsedColumn(),
                TextColumn("{task.description}", markup=False),
                console=self._console,
                transient=True,
            )
            self._task = self._progress.add_task("", total=_length(event))
            self._progress.start()

    def _go_on(self, event: CampaignProgress) -> None:
        """Show how far a campaign has come: its bar is of seconds."""
        if self._progress is not None and self._task is not None:
            found = f", found {', '.join(event.found)}" if event.found else ""
            words = one_line(f"{event.schedules} schedules{found}", limit=max(self._console.width - 56, 10))
            self._progress.update(self._task, completed=int(event.spent_s), description=words)

    def _describe(self, event: RequirementStarted) -> None:
        if self._progress is not None and self._task is not None:
            room = max(self._console.width - 56, 10)
            title = one_line(event.title, limit=room)
            self._progress.update(self._task, description=f"{event.id} {title}")

    def _play(self, event: CasePlayed) -> None:
        """Show a case under `--trace`: what was asked, and what came of it."""
        self._line(Text.assemble((f"{event.id} ", "bold"), ("a case", "dim")))
        for number, step in enumerate(event.steps, start=1):
            self._block(Text(f"{number}. {one_line(step)}"), indent=4)
        for line in event.said:
            self._block(Text(f"{visible(line)}", style="dim"), indent=4, wrap=False)

    def _advance(self, result: RequirementResult) -> None:
        if self._progress is not None and self._task is not None and not self._by_time:
            self._progress.advance(self._task)
        if self._trace:
            self._line(
                Text.assemble((f"{result.id} ", "bold"), f"{result.status.value}: {result.examples} cases, ")
                + Text(f"{result.exchanges} requests, {result.duration_s:.2f} s")
                + Text("".join(f"; {one_line(note)}" for note in result.notes))
            )
            for what, cases in (result.evidence.provoked if result.evidence is not None else {}).items():
                self._block(
                    Text(f"{cases} {'case' if cases == 1 else 'cases'}: {one_line(what)}", style="dim"), indent=4
                )
        elif self._progress is not None and result.status in (Status.FAILED, Status.ERROR):
            self._line(Text.assemble((f"✗ {result.id} ", "red"), one_line(result.title)))

    def _stop(self) -> None:
        if self._progress is not None:
            self._progress.stop()
            self._progress = None

    def _show(self, summary: RunSummary) -> None:
        first = {result.id: cause for cause in causes(summary) for result in cause.results}
        for result in summary.results:
            if result.finding is None:
                continue
            cause = first.get(result.id)
            if cause is None or cause.results[0] is result or self._trace:
                self._finding(result, result.finding, summary)
            else:
                self._same_cause(result, result.finding, cause, summary)
        self._causes(summary)
        self._remarks(summary)
        self._close(summary)

    def _finding(self, result: RequirementResult, finding: Finding, summary: RunSummary) -> None:
        self._title(result, finding, summary)
        if finding.minimal_example:
            self._heading("The smallest case that fails")
            for number, step in enumerate(finding.minimal_example, start=1):
                self._block(Text(f"{number}. {one_line(step)}"), indent=4)
        spoken = conversation(finding)
        if spoken:
            self._heading("What was said (> client, < exchange, = its judgement, ! a fault, : the client to its user)")
            for line in spoken:
                self._spoken(line)
        if finding.stderr.strip():
            self._heading("The client on stderr")
            self._block(Text(visible(finding.stderr.strip("\n")), style="dim"), indent=4)
        self._line()
        for name, text in (
            ("Diagnosis", ", ".join(finding.diagnosis)),
            ("Seen", "; ".join(finding.hints)),
            ("Remedy", finding.remedy),
            ("It costs", finding.consequence),
        ):
            if text:
                self._labelled(name, visible(text))
        self._block(Text.assemble((f"{'Again':<11}", "bold"), (one_line(finding.reproduce), "cyan")), wrap=False)

    def _title(self, result: RequirementResult, finding: Finding, summary: RunSummary) -> None:
        weight = weigh(result, summary)
        known = " · known failure" if result.known_failure else ""
        self._line()
        if self._console.is_terminal:
            self._console.print(Rule(style="dim"))
        self._line(
            Text.assemble(
                (f"{_SIGNS[weight]} {result.id}", _STYLES[weight]),
                (f"  {result.level.value}{known}", "dim"),
                ("  " + one_line(result.title), "bold"),
            )
        )
        self._block(Text(visible(finding.summary)))

    def _same_cause(self, result: RequirementResult, finding: Finding, cause: Cause, summary: RunSummary) -> None:
        """Show a finding in short whose mistake was shown at length before."""
        self._title(result, finding, summary)
        self._labelled("Diagnosis", f"{visible(cause.diagnosis)}, as with {cause.results[0].id}")
        self._block(Text.assemble((f"{'Again':<11}", "bold"), (one_line(finding.reproduce), "cyan")), wrap=False)

    def _causes(self, summary: RunSummary) -> None:
        found = causes(summary)
        if found:
            self._line()
            self._line(Text("One mistake behind several findings; mend it first:", style="bold"))
        for cause in found:
            ids = ", ".join(result.id for result in cause.results)
            self._block(Text(f"{one_line(cause.diagnosis)}: {ids}"))

    def _remarks(self, summary: RunSummary) -> None:
        undecided = of_weight(summary, Weight.DOUBT)
        falsely_listed = [result for result in of_weight(summary, Weight.FAILURE) if result.finding is None]
        notes = [(result, note) for result in summary.results for note in remarks(result)]
        if undecided or falsely_listed or notes:
            self._line()
        for result in (*falsely_listed, *undecided):
            weight = weigh(result, summary)
            sign = (f"{_SIGNS[weight]} {result.id} ", _STYLES[weight])
            self._line(Text.assemble(sign, f"{result.status.value}: {explain(result)}"))
            if result.stderr.strip():
                self._block(Text(visible(result.stderr.strip("\n")), style="dim"), indent=4)
        for result, note in notes:
            self._line(Text.assemble((f"· {result.id} ", "dim"), (one_line(note), "dim")))

    def _close(self, summary: RunSummary) -> None:
        self._line()
        self._skipped(summary)
        if summary.unlisted:
            self._line(Text(f"Known failures that were not judged: {', '.join(summary.unlisted)}", style="yellow"))
        if summary.fault_stderr.strip():
            self._line(Text("The adapter's last words on stderr:", style="bold"))
            self._block(Text(visible(summary.fault_stderr.strip("\n")), style="dim"), indent=4)
        style = "bold green" if summary.exit_status == 0 else "bold red"
        self._line(Text(headline(summary), style=style))
        self._line(
            Text(
                f"{tally(summary)} · {summary.exchanges} requests judged in {summary.duration_s:.1f} s"
                f" · seed {summary.seed}",
                style="dim",
            )
        )

    def _skipped(self, summary: RunSummary) -> None:
        """Name the MUSTs that were not tried, by the reason why."""
        whys: dict[str, list[str]] = {}
        for result in skipped_musts(summary):
            whys.setdefault(explain(result), []).append(result.id)
        for why, ids in whys.items():
            more = f" and {len(ids) - _NAMED} more" if len(ids) > _NAMED else ""
            self._line(Text(f"MUSTs skipped, for {why}: {', '.join(ids[:_NAMED])}{more}", style="yellow"))

    def _spoken(self, line: Line) -> None:
        """Show a line of a conversation, folded at the terminal's edge rather than at words: it is no prose."""
        style = _VOICES[line.mark]
        room = max(self._console.width - 6, 20)
        pieces = [line.text] if self._console.soft_wrap else chop_cells(line.text, room) or [""]
        self._block(Text(f"{line.mark} {pieces[0]}", style=style), indent=4, wrap=False)
        for piece in pieces[1:]:
            self._block(Text(f"  {piece}", style=style), indent=4, wrap=False)

    def _labelled(self, name: str, text: str) -> None:
        """Show a text beside its label, not below it."""
        if self._console.soft_wrap:
            self._block(Text(f"{name:<11}{text}"))
            return
        grid = Table.grid(padding=(0, 2))
        grid.add_column(width=9)
        grid.add_column()
        grid.add_row(Text(name, style="bold"), Text(text))
        self._console.print(Padding(grid, (0, 0, 0, 2)))

    def _heading(self, text: str) -> None:
        self._line()
        self._block(Text(text, style="bold"))

    def _block(self, text: Text, *, indent: int = 2, wrap: bool = True) -> None:
        if self._console.soft_wrap or not wrap:
            pad = " " * indent
            lines = text.split("\n", allow_blank=True)
            for line in lines:
                self._console.print(Text(pad) + line, soft_wrap=True)
        else:
            self._console.print(Padding(text, (0, 0, 0, indent)))

    def _line(self, text: Text | None = None) -> None:
        self._console.print(text if text is not None else Text())


def _length(event: RunStarted) -> int:
    """Return how long the bar is: the requirements of a run, the seconds of a campaign."""
    return len(event.requirements) if event.budget_s is None else max(round(event.budget_s), 1)
