"""A mail server that takes mail into a journal, and fails as it is told; a process of its own.

    python -m tests.proofs.smtp_stand_in PORT JOURNAL FAILING SEED

Of its faults two are before the mail: it asks to come again for an address, or it goes away. And
two after: it took the mail and says nothing, or it did not take it and says nothing.
"""

import asyncio
import random
import sys
from email import message_from_bytes
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session


class Taker:
    """What it does at each step. Source: aiosmtpd's documentation of handlers."""

    def __init__(self, journal: Path, failing: float, chance: random.Random) -> None:
        self.journal, self.failing, self.chance = journal, failing, chance

    async def handle_RCPT(  # noqa: N802  as aiosmtpd names it
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if self._fails():
            fault = self.chance.choice(("later", "gone"))
            if fault == "later":
                return "451 Try again later"
            self._hang_up(server)
            return "421 Closing"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        silent = self._fails()
        if not silent or self.chance.random() < 0.5:
            content = envelope.content or b""
            reference = message_from_bytes(
                bytes(content, "ascii") if isinstance(content, str) else content
            )["Message-ID"]
            with self.journal.open("a") as file:
                file.write(f"{envelope.rcpt_tos[0]} {reference}\n")
        if silent:
            self._hang_up(server)
        return "250 OK"

    def _fails(self) -> bool:
        return self.chance.random() < self.failing

    @staticmethod
    def _hang_up(server: Any) -> None:
        server.transport.abort()


async def serve(port: int, taker: Taker) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(taker, loop=loop), "127.0.0.1", port)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    of_port, of_journal, of_failing, of_seed = sys.argv[1:]
    asyncio.run(
        serve(int(of_port), Taker(Path(of_journal), float(of_failing), random.Random(int(of_seed))))
    )
