"""The network: its architecture, how it is fitted, calibrated and published."""
