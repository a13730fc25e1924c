"""The log: `outbox/log.csv`, its rows, its writer and its reader."""
