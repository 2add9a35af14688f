# SPDX-License-Identifier: Apache-2.0
"""Writers on one database from both sides: python _stores_writers.py FILE RUN N WHO HOW... logs N metrics for each HOW, at once.
HOW is SIDE:WAY: millrace or mlflow; thread, fork or killed. Says "KEY COUNT" for what was acknowledged, each on a line of its own."""
import os
import signal
import sys
import threading
import time

from mlflow import MlflowClient
from mlflow.entities import Metric

FILE, RUN, N, WHO = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
URIS = {"millrace": f"millrace+sqlite:///{FILE}", "mlflow": f"sqlite:///{FILE}"}


def write(client, key, n, acknowledged):
    """By turns one, a batch of five, and one by the queue, which is acknowledged when it was waited for."""
    waiting = []
    for i in range(n):
        if i % 3 == 0:
            client.log_metric(RUN, key, i, timestamp=1, step=i)
            acknowledged(1)
        elif i % 3 == 1:
            client.log_batch(RUN, [Metric(f"{key}-b", j, 1, 5 * i + j) for j in range(5)])
            acknowledged(5)
        else:
            waiting.append(client.log_metric(RUN, f"{key}-q", i, timestamp=1, step=i, synchronous=False))
    for operation in waiting:
        operation.wait()
        acknowledged(1)


def in_thread(side, key):
    count = []
    write(MlflowClient(URIS[side]), key, N, count.append)
    os.write(1, f"{key} {sum(count)}\n".encode())


def in_fork(side, key, client):
    """The client was used before the fork, and is after it."""
    client.get_run(RUN)
    pid = os.fork()
    if pid == 0:
        try:
            in_thread(side, key)
        finally:
            os._exit(0)
    return lambda: os.waitpid(pid, 0)


def killed(side, key, client):
    """A child that writes until kill -9; each acknowledgement is told first."""
    client.get_run(RUN)
    read, told = os.pipe()
    pid = os.fork()
    if pid == 0:
        write(MlflowClient(URIS[side]), key, 1_000_000, lambda n: os.write(told, b"." * n))
    os.close(told)
    return lambda: kill(pid, key, read)


def kill(pid, key, read):
    told = os.read(read, 65536)
    time.sleep(1)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    while some := os.read(read, 65536):
        told += some
    os.write(1, f"{key} {len(told)}\n".encode())


def main():
    hows = [(how.split(":"), f"{WHO}{i}-{how.replace(':', '-')}") for i, how in enumerate(sys.argv[5:])]
    # Forks come first: one that finds other threads in Python's or MLflow's locks is nobody's promise.
    ends = [(in_fork if way == "fork" else killed)(side, key, MlflowClient(URIS[side])) for (side, way), key in hows if way != "thread"]
    threads = [threading.Thread(target=in_thread, args=(side, key)) for (side, way), key in hows if way == "thread"]
    threads += [threading.Thread(target=end) for end in ends]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    main()
