# SPDX-License-Identifier: Apache-2.0
pkg_check_modules(git2 REQUIRED IMPORTED_TARGET libgit2)
set(LIBS PkgConfig::git2)
set(PACKAGE millrace-plugin-git)
