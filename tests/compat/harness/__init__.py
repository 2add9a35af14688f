# SPDX-License-Identifier: Apache-2.0
"""The machinery of the compatibility tests; the cases themselves are data, in ../cases."""
