# SPDX-License-Identifier: Apache-2.0
from collections.abc import Callable
from typing import Any

def entries(module_file: str, plugin: str) -> Callable[[str], Any]: ...
