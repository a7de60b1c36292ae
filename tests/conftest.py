"""What all tests share: they may import what lies beside them, such as `lying_server`."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
