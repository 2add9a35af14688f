# SPDX-License-Identifier: Apache-2.0
"""The version, which is the library's."""
from millrace import _native

__version__: str = _native.version()
