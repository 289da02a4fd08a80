#!/usr/bin/env python3
"""Heard in two commands: `python3 run.py demo` and `python3 run.py test`.

Needs Python 3.11 or newer and nothing else. It makes .venv, installs what requirements.lock names
(checked by hash, and only when the lock changed, so that no network is needed afterwards), then
hands over to the project's own code. Written so that an older Python can read as far as being told.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import quote

HERE = Path(__file__).resolve().parent
LOCK = HERE / "requirements.lock"
VENV = HERE / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "installed-lock"
VAR = HERE / "var"
LOG = VAR / "install.log"
SECRETS = VAR / "settings.env"
TICK = 0.2
PATIENCE = 20  # seconds between signs of life where nobody sits at a terminal

USAGE = """python3 run.py VERB

  demo [--no-serve] [--port N]  build a national demonstration, print a report of it, serve it
  test [--all] [-- PYTEST…]     every check and the quick tests; --all adds the slow proofs
  check                         types, lint, format, who imports whom, migrations, templates
  bench [GROUP…]                how fast, how small, how often right: counting, growth, answering,
                                rollout, judging, reports, or all
  serve [--port N]              web and worker on this machine, until Ctrl-C
  manage …                      Django's own commands, such as `manage load_register`
"""


class Trouble(Exception):
    """What stands in the way, in a sentence for the person who ran the command."""


# --- installing ----------------------------------------------------------------------------------


def prepare() -> None:
    """See that .venv holds what the lock names. Quick and without network where it does already."""
    if STAMP.exists() and STAMP.read_text() == all_that_matters():
        return
    VAR.mkdir(exist_ok=True)
    LOG.write_bytes(b"")
    # A .venv whose Python is gone (an upgraded system, a moved folder) is made anew.
    if not PYTHON.exists() and not went_well(
        "Making .venv", [sys.executable, "-m", "venv", "--without-pip", "--clear", str(VENV)]
    ):
        raise Trouble(f"Could not make {VENV}. What Python said is in {LOG}.")
    install()
    STAMP.write_text(all_that_matters())


def all_that_matters() -> str:
    """What .venv must be filled anew for, when it changes: the lock, and the Python behind it."""
    return f"{hashlib.sha256(LOCK.read_bytes()).hexdigest()} {PYTHON.resolve()}"


def install() -> None:
    """Install the lock with uv where it can be had, else with pip.

    Raises:
        Trouble: neither is to be had, or neither could install it. It may be called again.
    """
    own_uv = VENV / "bin" / "uv"
    uv = str(own_uv) if own_uv.exists() else shutil.which("uv")
    if uv and went_well("Installing with the uv found here", uv_command(uv)):
        return
    pip = find_pip()
    if pip is None:
        raise Trouble(
            "This Python has no pip, and none could be found or fetched. Install one (on Debian: "
            "apt-get install python3-venv) or uv, then run this again."
        )
    if went_well("Fetching uv", pip_command(pip, only_uv())) and went_well(
        "Installing with uv", uv_command(str(own_uv))
    ):
        return
    if not went_well("Installing with pip (a minute or two)", pip_command(pip, LOCK)):
        raise Trouble(
            f"Could not install what {LOCK.name} names; no network? What was said is in {LOG}. "
            "Run this again when it is mended; nothing has to be undone."
        )


def uv_command(uv: str) -> list[str]:
    return [uv, "pip", "sync", "--quiet", "--python", str(PYTHON), "--require-hashes", str(LOCK)]


def pip_command(pip: list[str], lock: Path) -> list[str]:
    return [*pip, "install", "--no-input", "--require-hashes", "--requirement", str(lock)]


def only_uv() -> Path:
    """The lock's entry of uv as a lock of its own, so that uv too is checked by hash."""
    entries = LOCK.read_text().split("\n")
    start = next(at for at, line in enumerate(entries) if line.startswith("uv=="))
    end = next(at for at in range(start, len(entries)) if not entries[at].endswith("\\"))
    alone = VAR / "uv.lock"
    alone.write_text("\n".join(entries[start : end + 1]) + "\n")
    return alone


def find_pip() -> list[str] | None:
    """A command that is a pip working on .venv, from the nearest to the furthest; or none."""
    own = [str(PYTHON), "-m", "pip"]
    if answers(own) or (answers([str(PYTHON), "-m", "ensurepip"], "--upgrade") and answers(own)):
        return own
    for other in ([sys.executable, "-m", "pip"], ["pip3"], ["pip"]):
        if answers([*other, "--python", str(PYTHON)]):
            return [*other, "--python", str(PYTHON)]
    return debian_pip()


def debian_pip() -> list[str] | None:
    """Debian's own pip, unpacked into var/ and not installed: so it takes no root."""
    if not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
        return None
    room = VAR / "apt"
    (room / "lists" / "partial").mkdir(parents=True, exist_ok=True)
    # Lists of its own, because a bare machine has none and only root may fetch the system's.
    apt = [
        "apt-get",
        "--quiet",
        "-o",
        f"Dir::State::Lists={room}/lists",
        "-o",
        f"Dir::Cache={room}",
    ]
    if os.geteuid() == 0:
        apt += ["-o", "APT::Sandbox::User=root"]
    if not went_well("Asking Debian which pip it has", [*apt, "update"]):
        return None
    if not went_well("Fetching Debian's pip", [*apt, "download", "python3-pip-whl"], folder=room):
        return None
    for package in room.glob("python3-pip-whl*.deb"):
        went_well("Unpacking it", ["dpkg-deb", "--extract", str(package), str(room)])
    wheels = sorted((room / "usr" / "share" / "python-wheels").glob("pip-*.whl"))
    pip = [str(PYTHON), str(wheels[-1] / "pip")] if wheels else None
    return pip if pip and answers(pip) else None


def answers(command: list[str], asked: str = "--version") -> bool:
    """Whether a command can be run at all. Quick, so it shows nothing."""
    try:
        return _run_quietly([*command, asked]).wait() == 0
    except OSError:
        return False


def went_well(what: str, command: list[str], *, folder: Path = HERE) -> bool:
    """Run a command whose words go to the log, and show that it lives; whether it ended well."""
    began = time.monotonic()
    try:
        process = _run_quietly(command, folder)
    except OSError as error:
        print(f"{what}: {error.strerror}.", flush=True)
        return False
    show_life(what, process, began)
    seconds = time.monotonic() - began
    how = "done" if process.returncode == 0 else f"did not work; see {LOG.relative_to(HERE)}"
    say(f"{what}: {how} ({seconds:.0f} s).", final=True)
    return process.returncode == 0


def _run_quietly(command: list[str], folder: Path = HERE) -> subprocess.Popen[bytes]:
    with LOG.open("ab") as log:
        log.write(f"\n$ {' '.join(command)}\n".encode())
        log.flush()
        return subprocess.Popen(
            command,
            cwd=folder,
            env=for_installing(),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )


def for_installing() -> dict[str, str]:
    """The environment of uv and pip: what a person set for pip, uv hears too."""
    found = {
        **os.environ,
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_REQUIRE_VIRTUALENV": "0",
        "PIP_USER": "0",
        "UV_PYTHON_DOWNLOADS": "never",
        # A network that reads along has its certificate in the system's list, not in uv's own.
        "UV_SYSTEM_CERTS": "true",
    }
    for theirs, ours in (
        ("PIP_INDEX_URL", "UV_DEFAULT_INDEX"),
        ("PIP_EXTRA_INDEX_URL", "UV_INDEX"),
        ("PIP_FIND_LINKS", "UV_FIND_LINKS"),
        ("PIP_CERT", "SSL_CERT_FILE"),
    ):
        if theirs in found:
            found.setdefault(ours, found[theirs])
    return found


def show_life(what: str, process: subprocess.Popen[bytes], began: float) -> None:
    at_terminal = sys.stdout.isatty()
    said_at = began
    say(f"{what} …")
    while process.poll() is None:
        time.sleep(TICK)
        now = time.monotonic()
        if now - said_at >= (1 if at_terminal else PATIENCE):
            say(f"{what} … {now - began:.0f} s")
            said_at = now


def say(words: str, *, final: bool = False) -> None:
    """A line that the next one overwrites at a terminal, and a plain line anywhere else."""
    if sys.stdout.isatty():
        print(f"\r\033[K{words}", end="\n" if final else "", flush=True)
    else:
        print(words, flush=True)


# --- running -------------------------------------------------------------------------------------


def embedded(port: int | None = None) -> dict[str, str]:
    """The environment for one machine: SQLite and keys in var/. What is set already is kept.

    Where HEARD_SECRET_KEY is set, someone configures it all (docs/running.md): nothing is added.
    """
    if "HEARD_SECRET_KEY" in os.environ:
        return dict(os.environ)
    if not SECRETS.exists():
        subprocess.run([PYTHON, "-m", "config.embedded", VAR], cwd=HERE, check=True)
    secrets = dict(line.split("=", 1) for line in SECRETS.read_text().splitlines() if "=" in line)
    return {
        **secrets,
        "HEARD_DATABASE_URL": f"sqlite:///{quote(str(VAR / 'heard.sqlite3'))}",
        "HEARD_KEY_DIRECTORY": str(VAR / "keys"),
        "HEARD_RECOVERY_DIRECTORY": str(VAR / "recovery"),
        "HEARD_MEDIA_DIRECTORY": str(VAR / "media"),
        "HEARD_BASE_URL": f"http://127.0.0.1:{port or 8000}",
        "HEARD_HOSTS": "127.0.0.1,localhost",
        "HEARD_EMAIL_BACKEND": "console",
        "HEARD_JOBS": "inline",
        "HEARD_LOG_LEVEL": "WARNING",
        **os.environ,
    }


def hand_over(*arguments: str, environment: dict[str, str] | None = None) -> int:
    """Become the project's own Python, so that Ctrl-C and exit codes are its own."""
    os.chdir(HERE)
    sys.stdout.flush()
    os.execve(PYTHON, [str(PYTHON), *arguments], environment or dict(os.environ))  # noqa: S606  no shell is meant


def served(arguments: list[str]) -> tuple[argparse.Namespace, list[str]]:
    parser = argparse.ArgumentParser(prog="python3 run.py demo|serve")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--no-serve", action="store_true", help="stop when the demo is built")
    return parser.parse_known_args(arguments)


def demo(arguments: list[str]) -> int:
    options, others = served(arguments)
    built = subprocess.run(
        [PYTHON, "manage.py", "demo", *others],
        cwd=HERE,
        env=embedded(options.port),
        check=False,
    )
    if built.returncode or options.no_serve:
        return built.returncode
    return serve(["--port", str(options.port)])


def serve(arguments: list[str]) -> int:
    options, others = served(arguments)
    environment = embedded(options.port)
    return hand_over(
        "manage.py", "serve", "--port", str(options.port), *others, environment=environment
    )


def manage(arguments: list[str]) -> int:
    return hand_over("manage.py", *arguments, environment=embedded())


def test(arguments: list[str]) -> int:
    return hand_over("-m", "tests.suite", *arguments)


def check(arguments: list[str]) -> int:
    return hand_over("-m", "tests.checks", *arguments)


def bench(arguments: list[str]) -> int:
    return hand_over("-m", "tests.bench", *arguments)


VERBS = {
    "demo": demo,
    "test": test,
    "check": check,
    "bench": bench,
    "serve": serve,
    "manage": manage,
}


def main(arguments: list[str]) -> int:
    if sys.version_info < (3, 11):
        print(f"Heard needs Python 3.11 or newer; this is {sys.version.split()[0]}.")
        return 1
    if not arguments or arguments[0] not in VERBS:
        print(USAGE)
        return 0 if arguments in (["-h"], ["--help"], ["help"]) else 2
    try:
        prepare()
        return VERBS[arguments[0]](arguments[1:])
    except Trouble as trouble:
        print(trouble)
        return 1
    except KeyboardInterrupt:
        print("\nStopped.")
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
