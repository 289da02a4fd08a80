from config.demo.progress import Progress


def test_a_log_hears_of_what_is_under_way_every_two_seconds_and_of_all_that_was_done() -> None:
    said: list[str] = []
    time = 0.0
    progress = Progress(said.append, clock=lambda: time)

    for time in (1.0, 1.9, 2.1, 4.0, 4.2):
        progress.now(f"at {time}")
    time = 11.0
    progress.done("all of it")

    assert said == ["[   2 s] at 2.1…\n", "[   4 s] at 4.2…\n", "[  11 s] all of it\n"]


def test_on_a_terminal_what_is_under_way_is_written_over() -> None:
    said: list[str] = []
    progress = Progress(said.append, terminal=True, clock=lambda: 0.0)

    progress.now("one")
    progress.done("two")

    assert said == ["\r\x1b[K[   0 s] one…", "\r\x1b[K[   0 s] two\n"]
