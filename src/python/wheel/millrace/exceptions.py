# SPDX-License-Identifier: Apache-2.0
"""What goes wrong."""
from __future__ import annotations


class MillraceException(Exception):
    """`error_code` is MLflow's name of it, such as "RESOURCE_DOES_NOT_EXIST"."""

    def __init__(self, message: object, error_code: str = "INTERNAL_ERROR") -> None:
        super().__init__(str(message))
        self.message: str = str(message)
        self.error_code = error_code

    def __reduce__(self) -> tuple[type[MillraceException], tuple[str, str]]:
        return type(self), (self.message, self.error_code)

    @classmethod
    def invalid_parameter_value(cls, message: object) -> MillraceException:
        return cls(message, "INVALID_PARAMETER_VALUE")
