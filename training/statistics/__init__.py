"""What the gate and the report compute from readings: shares, tallies, reliability. Pure."""
