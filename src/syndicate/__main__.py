"""`python -m syndicate` is the same as `syndicate`."""

from syndicate.cli import run

if __name__ == "__main__":
    run()
