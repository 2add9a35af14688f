# SPDX-License-Identifier: Apache-2.0
"""The cases, one module a facet. A module has CASES, and WORLDS for what many of its cases share."""
