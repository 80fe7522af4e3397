"""Runs a Python module as it is, but for what two variables say: python -m tests.faults.launch MODULE ARGUMENTS…

FAULTS_HURRY=12 lets the outbox's lease and pauses pass twelve times as fast; the code under test is the same. The
lease lasts a quarter of a minute at least.
FAULTS_CLOCK=7200 makes the process believe it is two hours later, FAULTS_CLOCK=jumps that its clock jumps every second.
"""

import os
import runpy
import sys
import threading
from datetime import UTC, datetime, timedelta
from itertools import cycle

import time_machine

SHORTEST_LEASE = timedelta(seconds=15)  # longer than a mail server that hangs is waited for
JUMPS = [timedelta(hours=2), timedelta(hours=-4), timedelta(hours=2)]


def hurry(factor):
    import django

    django.setup()
    from portal.mail import claims

    claims.LEASE = max(claims.LEASE / factor, SHORTEST_LEASE)
    claims.PAUSES = {name: [pause / factor for pause in pauses] for name, pauses in claims.PAUSES.items()}


def set_clock(wrong):
    jumps = wrong == "jumps"
    clock = time_machine.travel(datetime.now(UTC) + timedelta(seconds=0 if jumps else float(wrong)), tick=True).start()
    if jumps:
        threading.Thread(target=_jump, args=[clock], daemon=True).start()


def _jump(clock):
    for distance in cycle(JUMPS):
        threading.Event().wait(1)
        clock.shift(distance)


if __name__ == "__main__":
    sys.argv = sys.argv[1:]
    if "FAULTS_CLOCK" in os.environ:
        set_clock(os.environ["FAULTS_CLOCK"])
    if "FAULTS_HURRY" in os.environ:
        hurry(float(os.environ["FAULTS_HURRY"]))
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
