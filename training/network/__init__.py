"""The network: its architecture, how it is fitted and calibrated."""
