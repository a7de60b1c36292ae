"""The queue between `send --queue` and workers on any computer; only this file knows Procrastinate.

A job says that a batch may be handed over, and nothing else. What is so stands in the ledger: its
claim decides who hands the batch over, so a job that is lost, doubled or done twice does no harm.
That is why no job is ever tried again by itself, and why lost ones are simply made anew.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from threading import Event
from typing import Any

import procrastinate
from procrastinate.exceptions import ConnectorException

from syndicate.errors import LedgerError

#: the schema that Procrastinate's own tables have to themselves
SCHEMA = "syndicate_queue"
#: seconds to wait for a lost server, as the ledger does
PATIENCE = 60.0
#: jobs that are made by one statement
AT_ONCE = 1000

_TALKATIVE = ("procrastinate", "psycopg.pool")
_QUEUE = "batches"
_TASK = "hand_over"

#: issue and number of a batch
Place = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often a worker does what it does again and again, in seconds."""

    #: between two looks for batches, while there are none
    look: float = 1.0
    #: between two looks at what dead workers left behind
    care: float = 5.0
    #: between two signs of life
    heartbeat: float = 10.0
    #: without a sign of life, after which a worker counts as dead
    dead: float = 30.0


USUAL = Rhythm()


@dataclass(frozen=True, slots=True)
class Duties:
    """What a worker does, in threads of its own."""

    #: hands over one batch; False when it was not done and is to be put back
    hand_over: Callable[[str, int], bool]
    #: looks after what the dead left behind, and gives all batches that are to be handed over
    care: Callable[[], Iterable[Place]]
    #: calls at a time
    concurrency: int
    #: set when somebody asks the worker to end
    stop: Event


def defer(address: str, batches: Iterable[Place]) -> None:
    """Make a job for each batch. `address` is that of the ledger's database.

    Raises LedgerError where that cannot be done.
    """
    asyncio.run(_in_words(_defer_all(_app(address), list(batches))))


def work(address: str, duties: Duties, rhythm: Rhythm = USUAL) -> None:
    """Hand over batches as they come, until asked to end.

    Raises the first error that one of the duties does, once all others have ended, and LedgerError
    where the queue cannot be used.
    """
    for library in _TALKATIVE:
        # What they write is for programmers, tracebacks included; what ends the work is raised.
        logging.getLogger(library).setLevel(logging.CRITICAL)
    asyncio.run(_in_words(_work(address, duties, rhythm)))


async def _defer_all(app: procrastinate.App, batches: list[Place]) -> None:
    async with app.open_async():
        await _prepare(app)
        await _defer(app, batches)


async def _work(address: str, duties: Duties, rhythm: Rhythm) -> None:
    errors: list[Exception] = []
    # Beside the calls, a thread that looks after others, and one that waits for the end.
    with (
        ThreadPoolExecutor(duties.concurrency) as calls,
        ThreadPoolExecutor(1) as carer,
        ThreadPoolExecutor(1) as watcher,
    ):
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(_pass_over)

        async def hand_over(issue: str, number: int) -> None:
            try:
                done = await loop.run_in_executor(calls, duties.hand_over, issue, number)
            except Exception as error:  # noqa: BLE001 -- raised again when all have ended
                errors.append(error)
                duties.stop.set()
                done = False
            if not done:
                await _defer(app, [(issue, number)])

        app = _app(address, hand_over)
        async with app.open_async():
            await _prepare(app)
            worker = asyncio.create_task(
                app.run_worker_async(
                    queues=[_QUEUE],
                    concurrency=duties.concurrency,
                    install_signal_handlers=False,
                    delete_jobs="always",
                    # Whoever listens has a session that is not made again when it is lost.
                    listen_notify=False,
                    fetch_job_polling_interval=rhythm.look,
                    update_heartbeat_interval=rhythm.heartbeat,
                    stalled_worker_timeout=rhythm.dead,
                )
            )
            care = asyncio.create_task(_care(app, duties, rhythm, carer))
            asked = loop.run_in_executor(watcher, duties.stop.wait)
            tasks: list[asyncio.Future[Any]] = [asked, worker, care]
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            duties.stop.set()
            care.cancel()
            worker.cancel()
            ended = await asyncio.gather(asked, care, worker, return_exceptions=True)
    errors += [one for one in ended if isinstance(one, Exception)]
    if errors:
        raise errors[0]


async def _care(
    app: procrastinate.App, duties: Duties, rhythm: Rhythm, carer: ThreadPoolExecutor
) -> None:
    """Put back, again and again, what was in the hands of workers that died.

    When the queue is empty and something is still to be handed over, its jobs were lost.
    """
    loop = asyncio.get_running_loop()
    while True:
        for job in await app.job_manager.get_stalled_jobs(
            queue=_QUEUE, seconds_since_heartbeat=rhythm.dead
        ):
            # It may be ended or put back by now, as it was ours, or another worker is quicker.
            with suppress(ConnectorException):
                await app.job_manager.retry_job(job)
        left = await loop.run_in_executor(carer, lambda: list(duties.care()))
        if left and not await _waiting(app):
            await _defer(app, left)
        await asyncio.sleep(rhythm.care)


def _pass_over(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Say nothing where a job is no longer there when it ends: others took its worker for dead."""
    if not isinstance(context.get("exception"), ConnectorException):
        loop.default_exception_handler(context)


async def _waiting(app: procrastinate.App) -> int:
    queues = await app.job_manager.list_queues_async(queue=_QUEUE)
    return sum(queue["todo"] for queue in queues)


async def _defer(app: procrastinate.App, batches: list[Place]) -> None:
    deferrer = app.configure_task(_TASK, queue=_QUEUE)
    for start in range(0, len(batches), AT_ONCE):
        jobs: list[dict[str, Any]] = [
            {"issue": issue, "number": number} for issue, number in batches[start : start + AT_ONCE]
        ]
        await deferrer.batch_defer_async(*jobs)


def _app(address: str, hand_over: Callable[..., object] | None = None) -> procrastinate.App:
    connector = procrastinate.PsycopgConnector(
        conninfo=address,
        # Its statements name its tables without a schema.
        kwargs={"options": f"-c search_path={SCHEMA}"},
        min_size=1,
        timeout=PATIENCE,
    )
    app = procrastinate.App(connector=connector)
    if hand_over is not None:
        app.task(name=_TASK, queue=_QUEUE)(hand_over)
    return app


async def _prepare(app: procrastinate.App) -> None:
    """Make Procrastinate's tables where there are none; another may be quicker."""
    if await app.check_connection_async():
        return
    await app.connector.execute_query_async(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
    try:
        await app.schema_manager.apply_schema_async()
    except ConnectorException:
        if not await app.check_connection_async():
            raise


async def _in_words(what: Awaitable[None]) -> None:
    try:
        await what
    except ConnectorException as error:
        raise LedgerError(
            "The queue in the database of the ledger cannot be used: "
            f"{str(error.__cause__ or error).strip()}. Batches that were handed over are recorded. "
            "Run the same command again."
        ) from error
