"""What the jobs for many captures share: which captures there are, the tasks, what a task does, and the ledger.

Standard library only; an engine brings the machines and runs `worker.run_chain` for each `plan.Chain`.
"""


class Wrong(Exception):
    """A sentence for the user: what is wrong, where, and what to do."""


class Lost(Exception):
    """An engine gave up a task: a sentence why."""
