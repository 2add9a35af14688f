# SPDX-License-Identifier: Apache-2.0
"""Steps that many facets begin with."""
import base64

from harness.cases import get, post

# Times that cases send lie years back, so that they are never taken for a server's clock.
T = 1600000000000

CREATE_EXPERIMENT = post("experiments/create", {"name": "${u}"}, save={"exp": "experiment_id"})
CREATE_RUN = post("runs/create", {"experiment_id": "${exp}", "run_name": "first", "user_id": "u", "start_time": T},
                  save={"run": "run.info.run_id"})
GET_RUN = get("runs/get", run_id="${run}")
RUN = (CREATE_EXPERIMENT, CREATE_RUN)
CREATE_MODEL = post("registered-models/create", {"name": "${u}"})
CREATE_VERSION = post("model-versions/create", {"name": "${u}", "source": "s3://bucket/path"})

# What stands for "text" in the tables of strange values: JSON value, and why it is interesting.
LONG = {length: "k" * length for length in (249, 250, 251, 255, 256, 257, 500, 501)}
NOT_STRINGS = (5, 1.5, True, None, [], ["a"], {}, {"a": 1})
ODD_STRINGS = ("", " ", "a b", "a/b", "/a", "a/", "a//b", "./a", "../a", "a/../b", "..", ".", "a.b", "a:b", "a-b_c",
               "a\\b", "a$b", "a,b", "a'b", 'a"b', "a`b", "a%b", "a#b", "a?b", "ümlaut", "日本語", "🏠", "tab\there",
               "new\nline", "a;b", "a@b", "(a)", "a+b", "a=b", "a&b", "<a>", "a|b", "\x7f", "a\u0301")


# For the places that validate by the same rule as others, where all of them would only cost time.
SOME_ODD = ODD_STRINGS[::4]


def token(offset):
    """A page token as the reference makes it."""
    return base64.b64encode(('{"offset": %s}' % offset).encode()).decode()


def each(name, values, make):
    """Steps for each of the values, told apart by a number where they need names of their own."""
    return tuple(step for number, value in enumerate(values) for step in _steps(make(value, f"{name}{number}")))


def _steps(made):
    return made if isinstance(made, (list, tuple)) else (made,)
