"""What all tests share."""

import sys
from pathlib import Path

from hypothesis import settings

# Tests may import what lies beside them, such as `lying_server`.
sys.path.insert(0, str(Path(__file__).parent))

# A busy computer is no reason to fail.
settings.register_profile("house", deadline=None)
settings.load_profile("house")
