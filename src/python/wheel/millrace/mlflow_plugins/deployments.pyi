# SPDX-License-Identifier: Apache-2.0
from types import ModuleType

# "nNAME" is the module of a target, as MLflow wants it: a client's class, run_local and target_help.
def __getattr__(attribute: str) -> ModuleType: ...
