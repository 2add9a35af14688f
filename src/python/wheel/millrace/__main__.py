# SPDX-License-Identifier: Apache-2.0
"""`python -m millrace`: the program."""
from millrace._program import main

if __name__ == "__main__":
    main()
