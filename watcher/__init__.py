"""Files drawings of digits: `inbox/` -> `outbox/<digit>/` and a row in `outbox/log.csv`."""

__version__ = "0.2.0"
